/** A subagent speaks with its parent's session id, and is somebody else. */
import assert from 'node:assert/strict';
import { closedGate } from './gate.ts';
import { heldTool } from './held-tool.ts';
import { orqOnEachClient } from './orq-on-each-client.ts';

const WORDS = 'the heron has landed';

orqOnEachClient("a subagent's tools take no message of their parent", async (stage) => {
  const { scenario, orq, agentId } = stage;
  const { main } = scenario.api;
  const tool = heldTool(scenario, 'survey');
  const subagent = scenario.api.conversation('survey-3');
  subagent.script({ text: '', tools: [tool.call] }, { text: 'survey finished' });
  const survey = { description: 'survey', prompt: 'survey-3: go', subagent_type: 'general-purpose' };
  /* 2.1.330 runs the subagent in the background: the gate keeps the parent inside its turn until the subagent is through. */
  const gate = closedGate();
  main.script(
    { text: '', tools: [{ name: 'Agent', input: survey }] },
    { text: 'so be it', beforeFirstToken: gate },
  );
  const agent = await scenario.startAgent();
  await agent.prompt('delegate it');
  await tool.runs();
  const { id } = await orq.send(agentId, WORDS);
  await tool.letEnd();

  await subagent.next();
  const asked = await subagent.next();
  assert.ok(asked.news.includes(tool.result));
  gate.open();
  const told = await main.nextHolding(WORDS);
  assert.equal(told.count(WORDS), 1);
  await orq.seen(id);
  assert.equal((await orq.show(id)).attempts, 1);
  assert.deepEqual(
    subagent.requests.filter((request) => request.holds(WORDS)),
    [],
  );
});
