/** Messages that come while the agent works. */
import assert from 'node:assert/strict';
import { closedGate } from './gate.ts';
import { heldTool } from './held-tool.ts';
import { orqOnEachClient } from './orq-on-each-client.ts';

const WORDS = 'the heron has landed';

orqOnEachClient('a message enqueued while a tool runs is in the next request', async (stage) => {
  const { scenario, orq, agentId } = stage;
  const { main } = scenario.api;
  const tool = heldTool(scenario, 'dig');
  main.script({ text: 'digging', tools: [tool.call] });
  const agent = await scenario.startAgent();
  await agent.prompt('dig a hole');
  await tool.runs();
  const { id } = await orq.send(agentId, WORDS);
  await tool.letEnd();

  await main.next();
  const next = await main.next();
  assert.ok(next.news.includes(tool.result));
  assert.equal(next.count(WORDS), 1);
  await orq.seen(id);
});

orqOnEachClient('a message enqueued during the last model call keeps the turn going', async (stage) => {
  const { scenario, orq, agentId } = stage;
  const { main } = scenario.api;
  const gate = closedGate();
  main.script({ text: 'that was all', beforeFirstToken: gate });
  const agent = await scenario.startAgent();
  await agent.prompt('say something');
  await main.next();
  const { id } = await orq.send(agentId, WORDS);
  gate.open();

  const next = await main.next();
  assert.ok(next.holds('that was all'));
  assert.equal(next.count(WORDS), 1);
  await orq.seen(id);
  assert.deepEqual(
    orq.events('hook').map(({ hook }) => hook),
    ['SessionStart', 'UserPromptSubmit', 'Stop', 'Stop'],
  );
});

orqOnEachClient('two tools that run side by side deliver a message once', async (stage) => {
  const { scenario, orq, agentId } = stage;
  const { main } = scenario.api;
  const tools = [heldTool(scenario, 'left'), heldTool(scenario, 'right')];
  main.script({ text: '', tools: tools.map(({ call }) => call) });
  const agent = await scenario.startAgent();
  await agent.prompt('both at once');
  await tools[0]?.runs();
  const { id } = await orq.send(agentId, WORDS);
  for (const tool of tools) await tool.letEnd();

  await main.next();
  const next = await main.next();
  for (const { result } of tools) assert.ok(next.news.includes(result));
  assert.equal(next.count(WORDS), 1);
  await orq.seen(id);
  assert.equal((await orq.show(id)).attempts, 1);
  assert.equal(main.requests.length, 2);
});
