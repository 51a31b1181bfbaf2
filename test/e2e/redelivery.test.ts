/** Messages that were printed to a client and that no model is known to have read. */
import assert from 'node:assert/strict';
import { closedGate } from './gate.ts';
import { heldTool } from './held-tool.ts';
import { orqOnEachClient, type Stage } from './orq-on-each-client.ts';
import type { Agent } from './agent.ts';

const WORDS = 'the heron has landed';
const MARK = 'may have been delivered before';

/** Gives a message to the turn that a prompt begins; its model call stays without an answer. */
async function injectAtPrompt({ scenario, orq, agentId }: Stage): Promise<{ agent: Agent; id: number }> {
  const gate = closedGate();
  scenario.api.main.script({ text: 'never read', beforeFirstToken: gate });
  const agent = await scenario.startAgent();
  await orq.idle(agentId);
  const { id } = await orq.send(agentId, WORDS, '--wake', 'later');
  await agent.prompt('take me back');
  const request = await scenario.api.main.next();
  assert.equal(request.count(WORDS), 1);
  assert.ok(!request.holds(MARK));
  await orq.injected(id);
  void request.aborted.then(() => gate.open());
  return { agent, id };
}

orqOnEachClient(
  'a message whose prompt was taken back comes again with that prompt, marked',
  async (stage) => {
    const { scenario, orq } = stage;
    const { agent, id } = await injectAtPrompt(stage);
    await agent.escape();
    await agent.waitForDraft('the prompt in the composer', (draft) => draft === 'take me back');
    const { state, receipts } = await orq.show(id);
    assert.deepEqual([state, receipts.map(({ kind }) => kind)], ['leased', ['queued', 'injected']]);

    await agent.submit();
    const again = await scenario.api.main.next();
    assert.equal(again.count(WORDS), 1);
    assert.equal(again.count(MARK), 1);
    await orq.seen(id);
    assert.equal((await orq.show(id)).attempts, 2);
  },
);

/** Gives a message to a turn between two model calls; the second stays without an answer. */
async function injectAfterTool({ scenario, orq, agentId }: Stage): Promise<{ agent: Agent; id: number }> {
  const { main } = scenario.api;
  const gate = closedGate();
  const tool = heldTool(scenario, 'dig');
  main.script({ text: '', tools: [tool.call] }, { text: 'never read', beforeFirstToken: gate });
  const agent = await scenario.startAgent();
  await agent.prompt('dig a hole');
  await tool.runs();
  const { id } = await orq.send(agentId, WORDS);
  await tool.letEnd();
  const request = await main.nextHolding(WORDS);
  await orq.injected(id);
  void request.aborted.then(() => gate.open());
  return { agent, id };
}

orqOnEachClient(
  'a message given to a turn that was interrupted wakes the agent, marked',
  async ({ scenario, orq, agentId }) => {
    const { main } = scenario.api;
    const gate = closedGate();
    main.script({ text: 'never read', beforeFirstToken: gate });
    const agent = await scenario.startAgent();
    await orq.idle(agentId);
    const { id } = await orq.send(agentId, WORDS);
    const request = await main.next();
    await orq.injected(id);
    await agent.escape();
    await request.aborted;
    gate.open();
    await agent.waitForScreen('Interrupted');
    await agent.type('half a thou');

    const again = await main.next();
    assert.ok(again.news.includes(WORDS) && again.news.includes(MARK));
    await orq.seen(id);
    const { attempts, receipts } = await orq.show(id);
    assert.equal(attempts, 2);
    assert.deepEqual(
      receipts.map(({ kind }) => kind),
      ['queued', 'injected', 'injected', 'seen'],
    );
    assert.equal(await agent.draft(), 'half a thou');
  },
  /* Longer than the steps up to Escape take: a ring before it would be spent. */
  { ORQ_SILENT_MS: '4000' },
);

orqOnEachClient(
  'a message given to an agent that was killed goes to the next session in its pane, marked',
  async (stage) => {
    const { scenario, orq, agentId } = stage;
    const { agent, id } = await injectAfterTool(stage);
    const first = await orq.agent(agentId);
    await agent.kill9();
    await scenario.restartAgent(agent);

    const again = await scenario.api.main.next();
    assert.equal(again.count(WORDS), 1);
    assert.equal(again.count(MARK), 1);
    await orq.seen(id);
    const second = await orq.agent(agentId);
    assert.notEqual(first.session, second.session);
    const { agent: holder, failures, receipts } = await orq.show(id);
    assert.deepEqual([holder, failures], [agentId, 0]);
    assert.deepEqual(
      receipts.map(({ kind, session }) => [kind, session]),
      [
        ['queued', null],
        ['injected', first.session],
        ['injected', second.session],
        ['seen', second.session],
      ],
    );
  },
);
