/** A daemon that goes and comes back while its agents idle. */
import assert from 'node:assert/strict';
import { orqOnEachClient } from './orq-on-each-client.ts';

orqOnEachClient(
  'an idle agent is woken after the daemon was stopped, and after it was killed',
  async (stage) => {
    const { scenario, orq, agentId } = stage;
    const { main } = scenario.api;
    const agent = await scenario.startAgent();
    const { session } = await orq.idle(agentId);
    await agent.type('half a thou');

    for (const [end, words] of [
      [() => orq.daemon.stop(), 'the heron has landed'],
      [() => orq.daemon.kill9(), 'the egret has landed'],
    ] as const) {
      const pid = orq.daemon.pid;
      await end();
      await orq.daemon.restart();
      assert.notEqual(orq.daemon.pid, pid);
      await orq.idle(agentId);
      const { id } = await orq.send(agentId, words);
      assert.equal((await main.next()).count(words), 1);
      await orq.seen(id);
      assert.equal((await orq.idle(agentId)).session, session);
    }
    assert.equal(main.requests.length, 2);
    assert.equal(await agent.draft(), 'half a thou');
  },
);

orqOnEachClient(
  'an agent whose daemon is away works on, and gets its messages when it is back',
  async (stage) => {
    const { scenario, orq, agentId } = stage;
    const { main } = scenario.api;
    const agent = await scenario.startAgent();
    await orq.idle(agentId);
    const { id } = await orq.send(agentId, 'the heron has landed', '--wake', 'later');
    await orq.daemon.kill9();
    await agent.prompt('good morning');
    const alone = await main.next();
    assert.ok(alone.news.includes('good morning') && !alone.holds('heron'));
    await agent.waitForScreen('● ok');

    await orq.daemon.restart();
    await agent.prompt('good evening');
    assert.equal((await main.next()).count('the heron has landed'), 1);
    await orq.seen(id);
  },
);
