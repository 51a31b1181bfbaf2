/** Fifty messages to an idle agent, one after the other, by its waiter. */
import assert from 'node:assert/strict';
import { delivered, isLoaded, told } from './message-series.ts';
import { orqOnEachClient } from './orq-on-each-client.ts';

/** Holds on a machine that has a core to spare for each of the client, the daemon and the test. */
const WAKE_BAR_MS = 150;

orqOnEachClient(
  'fifty messages wake an idle agent by its waiter, and leave its draft alone',
  async (stage) => {
    const { scenario, orq, agentId } = stage;
    const agent = await scenario.startAgent();
    await orq.idle(agentId);
    await agent.type('half a thou');
    const took = await delivered(stage, () => orq.idle(agentId));
    const p95 = told('waiter', scenario.clientVersion, took);
    assert.ok(p95 < WAKE_BAR_MS || isLoaded(), `95th percentile ${p95} ms`);
    assert.equal(await agent.draft(), 'half a thou');
    assert.ok(orq.events('agent_rung').every(({ rung }) => rung === 'waiter'));
  },
  {},
  { timeoutMs: 300_000, oneByOne: true },
);
