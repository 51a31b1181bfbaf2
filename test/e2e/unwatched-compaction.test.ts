/** Compactions that nobody asked for, watched or saw the end of. */
import assert from 'node:assert/strict';
import type { Agent } from './agent.ts';
import { closedGate } from './gate.ts';
import { orqOnEachClient, type Stage } from './orq-on-each-client.ts';
import { bash } from './scripted-answer.ts';

/** An idle agent that has had turns enough for a compaction: older clients refuse one of fewer. */
async function withTurns({ scenario, orq, agentId }: Stage): Promise<Agent> {
  const { main } = scenario.api;
  const agent = await scenario.startAgent();
  await orq.idle(agentId);
  for (const words of ['good morning', 'how do you do']) {
    main.script({ text: '', tools: [bash('true')] }, { text: `${words} to you` });
    await agent.prompt(words);
    await main.next();
    await main.next();
    await orq.idle(agentId);
  }
  return agent;
}

/** An idle agent in the middle of a compaction, and what lets that end. */
async function compacting(stage: Stage) {
  const { scenario, orq, agentId } = stage;
  const agent = await withTurns(stage);
  const summary = closedGate();
  const held = { text: 'the summary', beforeFirstToken: summary };
  // The request for it has the tools on newer clients, and none on older ones.
  scenario.api.main.script(held);
  scenario.api.sideAnswer = held;
  await agent.type('/compact');
  await agent.pane.press('Enter');
  await summary.reached;
  await orq.agent(agentId, ({ state }) => state === 'compacting');
  return { agent, summary };
}

orqOnEachClient(
  'mail that came while an idle agent was compacted rings it once that is over, behind what it has to know again',
  async (stage) => {
    const { scenario, orq, agentId } = stage;
    const { main } = scenario.api;
    const { summary } = await compacting(stage);
    const { id } = await orq.enqueue({ agent: agentId, text: 'the heron has landed' });
    const { state, waiting } = await orq.shown(id);
    assert.deepEqual([state, waiting?.reason], ['ready', 'agent compacting']);
    summary.open();
    const request = await main.nextHolding('the heron has landed');
    const places = ['REBRIEF', 'the heron has landed'].map((words) =>
      request.texts.join('\n').indexOf(words),
    );
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    );
    assert.equal(request.count('the heron has landed'), 1);
    assert.equal(request.count('REBRIEF'), 1);
    await orq.seen(id);
    assert.deepEqual(
      orq.events('agent_rung').map(({ rung }) => rung),
      ['waiter'],
    );
  },
);

orqOnEachClient(
  'a compaction that was left by Escape, which no hook tells, keeps no mail',
  async (stage) => {
    const { scenario, orq, agentId } = stage;
    const { main } = scenario.api;
    const { agent, summary } = await compacting(stage);
    const { id } = await orq.enqueue({ agent: agentId, text: 'the heron has landed' });
    assert.equal((await orq.shown(id)).waiting?.reason, 'agent compacting');
    // Long enough for looks at the pane.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    assert.deepEqual(orq.events('agent_at_rest'), []);
    await agent.escape();
    const request = await main.nextHolding('the heron has landed');
    assert.equal(request.count('the heron has landed'), 1);
    assert.equal(request.count('REBRIEF'), 0);
    await orq.seen(id);
    summary.open();
  },
  { ORQ_SILENT_MS: '500' },
);

orqOnEachClient(
  'where the client compacts by itself in mid-turn the turn goes on with what the agent has open',
  async (stage) => {
    const { scenario, orq, agentId } = stage;
    const { main } = scenario.api;
    const agent = await withTurns(stage);
    main.script(
      { text: '', tools: [bash('true')] },
      { errorStatus: 400, errorMessage: 'prompt is too long: 210000 tokens > 200000 maximum' },
    );
    const { id } = await orq.send(agentId, 'the heron is still out', '--wake', 'later');
    await agent.prompt('watch the birds');
    const request = await main.nextHolding('REBRIEF');
    // The client may keep the newest messages as they were: what it kept stands there too.
    const [, briefing = ''] = request.texts.join('\n').split('REBRIEF');
    assert.ok(briefing.includes('the heron is still out'), briefing);
    assert.equal(request.count('REBRIEF'), 1);
    await orq.seen(id);
    await orq.idle(agentId);
    assert.deepEqual(orq.events('agent_held'), []);
  },
);
