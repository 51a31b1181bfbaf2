/** Claude Code ends a turn at its ninth continuation; messages go on arriving. */
import assert from 'node:assert/strict';
import { closedGate } from './gate.ts';
import { orqOnEachClient } from './orq-on-each-client.ts';

const MESSAGES = 11;

orqOnEachClient('more messages than a turn has continuations all arrive, in order', async (stage) => {
  const { scenario, orq, agentId } = stage;
  const { main } = scenario.api;
  const gates = Array.from({ length: MESSAGES }, closedGate);
  main.script(...gates.map((gate, number) => ({ text: `answer ${number}`, beforeFirstToken: gate })));
  const agent = await scenario.startAgent();
  await agent.prompt('go on for long');

  const ids: number[] = [];
  let request = await main.next();
  for (const [number, gate] of gates.entries()) {
    ids.push((await orq.send(agentId, `errand ${number}.`)).id);
    gate.open();
    request = await main.next();
    assert.ok(request.news.includes(`errand ${number}.`));
  }
  await orq.idle(agentId);
  const errands = request.texts.join('\n').match(/errand \d+\./g);
  assert.deepEqual(
    errands,
    gates.map((_, number) => `errand ${number}.`),
  );
  assert.equal(main.requests.length, MESSAGES + 1);
  for (const id of ids) assert.equal((await orq.show(id)).attempts, 1);
});
