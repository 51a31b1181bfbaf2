/** Messages for an agent that nobody has seen yet. */
import assert from 'node:assert/strict';
import { orqOnEachClient } from './orq-on-each-client.ts';

orqOnEachClient(
  "messages for a window's number and for its name wait, and arrive with the agent's first turn",
  async ({ scenario, orq }) => {
    const { main } = scenario.api;
    const byNumber = await orq.send('work:0', 'the heron has landed');
    const byName = await orq.send('work:builder', 'the egret has landed');
    assert.deepEqual([byNumber.agentKnown, byName.agentKnown], [false, false]);
    await scenario.startAgent({ window: 'builder' });

    const request = await main.next();
    assert.match(request.news, /the heron has landed[^]*the egret has landed/);
    for (const { id } of [byNumber, byName]) {
      await orq.seen(id);
      const { agent, state, attempts } = await orq.show(id);
      assert.deepEqual([agent, state, attempts], ['work:builder', 'delivered', 1]);
    }
  },
);
