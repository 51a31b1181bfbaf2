/** What push mode leaves for later, and what it forgets. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientOf, send } from '../../store/conformance/client.ts';
import { held, openStage, written } from './push-stage.ts';

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
