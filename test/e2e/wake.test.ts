/** Messages for an agent that does nothing. */
import assert from 'node:assert/strict';
import { heldTool } from './held-tool.ts';
import { orqOnEachClient } from './orq-on-each-client.ts';

const WAKE_MS = 1_000;

orqOnEachClient(
  'a message wakes an idle agent within a second and leaves a half-typed draft alone',
  async (stage) => {
    const { scenario, orq, agentId } = stage;
    const { main } = scenario.api;
    main.script({ text: 'first answer' }, { text: 'second answer' });
    const agent = await scenario.startAgent();
    await orq.idle(agentId);
    await agent.type('half a thou');

    /* The first ring is for a session that was never prompted, the second for one whose last turn a ring began. */
    for (const words of ['heron', 'egret']) {
      const { id } = await orq.send(agentId, `the ${words} has landed`);
      assert.equal((await main.next()).count(`the ${words} has landed`), 1);
      await orq.idle(agentId);
      const { receipts } = await orq.show(id);
      const [queuedMs = 0, injectedMs = Infinity] = receipts.map(({ atMs }) => atMs);
      assert.ok(injectedMs - queuedMs < WAKE_MS, `in a turn after ${injectedMs - queuedMs} ms`);
    }
    await agent.waitForScreen('second answer');
    assert.equal(await agent.draft(), 'half a thou');
    assert.equal(main.requests.length, 2);
  },
);

orqOnEachClient(
  'an agent interrupted in mid-turn is woken',
  async (stage) => {
    const { scenario, orq, agentId } = stage;
    const { main } = scenario.api;
    const tool = heldTool(scenario, 'dig');
    main.script({ text: '', tools: [tool.call] });
    const agent = await scenario.startAgent();
    await agent.prompt('dig a hole');
    await main.next();
    await tool.runs();
    await agent.escape();
    await agent.waitForScreen('Interrupted');

    const { id } = await orq.send(agentId, 'the heron has landed');
    const request = await main.next();
    assert.equal(request.count('the heron has landed'), 1);
    assert.ok(!request.holds('may have been delivered before'));
    await orq.seen(id);
    await tool.letEnd();
  },
  { ORQ_SILENT_MS: '300' },
);
