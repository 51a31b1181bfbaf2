/** What push mode leaves for later, and what it forgets. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LATER_TYPED_MS } from '../../../src/agents/wake.ts';
import { clientOf, send } from '../../store/conformance/client.ts';
import { held, openStage, TAKEN, written } from './push-stage.ts';

test('a message that should wake nobody is typed at the end of a turn, or when it has lain for long', async () => {
  await using stage = await openStage();
  const { store, push } = stage;
  const client = clientOf(store);
  await client.start();
  await send(store, 'at the end', { wake: 'later' });
  store.clock.move(1_000);
  await push.consider('a');
  assert.deepEqual([stage.typings, await store.pushAgents()], [[], []]);
  await client.prompt('p');
  store.clock.move(1_000);
  await client.stop('p');
  assert.deepEqual(await store.pushAgents(), ['a']);
  await push.consider('a');
  const { text, reasonToHold, answer } = await stage.typing();
  assert.match(text, /at the end/);
  await reasonToHold();
  answer(TAKEN);
  await written(stage);
  await send(store, 'in the end', { wake: 'later' });
  store.clock.move(LATER_TYPED_MS);
  await push.consider('a');
  assert.deepEqual([stage.typings, await store.pushAgents()], [[], []]);
  store.clock.move(1);
  assert.deepEqual(await store.pushAgents(), ['a']);
  await push.consider('a');
  assert.match((await stage.typing()).text, /in the end/);
});

test('what held it is over where nothing is left to type', async () => {
  await using stage = await openStage();
  const { store, push, obstacles } = stage;
  const client = clientOf(store);
  await client.start();
  await send(store, 'one');
  await push.consider('a');
  (await stage.typing()).answer(held('draft present'));
  await written(stage);
  assert.equal((await obstacles.of('a'))?.code, 'draft_present');
  store.clock.move(1_000);
  await push.consider('a');
  const { text, reasonToHold, answer } = await stage.typing();
  await reasonToHold();
  await push.shown(text, { sessionId: 's1', process: client.process }, 'p');
  answer({ outcome: 'delivered', proof: 'event' });
  await written(stage);
  obstacles.report('a', { code: 'draft_present', sinceMs: 0, nextTryMs: 0 });
  await send(store, 'two');
  await push.consider('a');
  await written(stage);
  assert.deepEqual([stage.typings, await obstacles.of('a')], [[], null]);
});

test('nothing is remembered of an id that nobody has any more, also by a typing that ends later', async () => {
  await using stage = await openStage();
  const { store, push, obstacles } = stage;
  await send(store, 'x');
  await push.consider('a');
  const { answer } = await stage.typing();
  push.forget('a');
  answer(held('draft present'));
  await written(stage);
  assert.equal(await obstacles.of('a'), null);
  await push.consider('a');
  assert.ok(await stage.typing());
});
