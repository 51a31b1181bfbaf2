/** `/clear` ends a session and begins another in the same process. */
import assert from 'node:assert/strict';
import { orqOnEachClient } from './orq-on-each-client.ts';

orqOnEachClient(
  'after /clear mail goes to the new session, which is woken and told who it is',
  async (stage) => {
    const { scenario, orq, agentId } = stage;
    const { main } = scenario.api;
    const agent = await scenario.startAgent();
    await agent.prompt('good morning');
    const bootstrap = `receives messages as agent "${agentId}"`;
    assert.equal((await main.next()).count(bootstrap), 1);
    const before = await orq.idle(agentId);
    await agent.type('/clear');
    await agent.pane.press('Enter');
    await orq.agent(
      agentId,
      ({ session, state, waiter }) => session !== before.session && state === 'idle' && waiter,
    );

    const { id } = await orq.send(agentId, 'the heron has landed');
    const request = await main.next();
    assert.equal(request.count('the heron has landed'), 1);
    assert.equal(request.count(bootstrap), 1);
    assert.ok(!request.holds('good morning'));
    await orq.seen(id);
    const { session, pid } = await orq.agent(agentId);
    assert.deepEqual([pid, session === before.session], [agent.pid, false]);
    const { receipts } = await orq.show(id);
    assert.deepEqual(
      receipts.map((receipt) => receipt.session),
      [null, session, session],
    );
  },
);
