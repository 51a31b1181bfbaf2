/** The second rung alone: the inbox socket of the real client, where it has one. */
import assert from 'node:assert/strict';
import { eventually } from './eventually.ts';
import { orqOnEachClient } from './orq-on-each-client.ts';

/** Undocumented: without it a client that sends no telemetry opens no socket (2.1.330). */
const WITH_INBOX = { CLAUDE_CODE_HARBOR_KITE: '1' };

orqOnEachClient(
  'a message wakes an idle agent by its inbox socket and leaves its draft alone, or says that nothing wakes it',
  async ({ scenario, orq, agentId }) => {
    const { main } = scenario.api;
    const agent = await scenario.startAgent({ environment: WITH_INBOX });
    await agent.prompt('hello');
    await main.next();
    await orq.agent(agentId, ({ state, lastEvent }) => state === 'idle' && lastEvent === 'Stop');
    await agent.type('half a thou');
    const { id } = await orq.enqueue({ agent: agentId, text: 'the heron has landed' });
    if (scenario.clientVersion === '2.1.197') {
      const reason = async () => (await orq.shown(id)).waiting?.reason;
      await eventually('the reason', async () => (await reason()) === 'no waiter parked');
      return;
    }
    assert.equal((await main.next()).count('the heron has landed'), 1);
    await orq.seen(id);
    assert.deepEqual(
      orq.events('agent_rung').map(({ rung }) => rung),
      ['inbox'],
    );
    assert.equal(await agent.draft(), 'half a thou');
    assert.equal(main.requests.length, 2);
  },
  { ORQ_RUNGS: 'inbox' },
);
