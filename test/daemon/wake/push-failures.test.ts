/** Push mode where the arbiter or the storage fails under way. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLogger } from '../../../daemon/logger.ts';
import { openPush } from '../../../daemon/wake/push.ts';
import { OrqError } from '../../../src/protocol/errors.ts';
import type { LeaseRef } from '../../../src/queue/exchange.ts';
import { send } from '../../store/conformance/client.ts';
import { held, openStage, SILENT_MS, TAKEN, written } from './push-stage.ts';

test('an arbiter that fails leaves the message unsent: it may have been typed', async () => {
  await using stage = await openStage();
  const id = await send(stage.store, 'x');
  const push = openPush({
    ...stage,
    clock: stage.store.clock,
    log: openLogger('fatal', false),
    newNonce: () => 'c'.repeat(16),
    orqctl: 'orqctl',
    config: { silentMs: SILENT_MS },
    arbiter: {
      type: async ({ reasonToHold }) => {
        await reasonToHold();
        throw new Error('broken');
      },
    },
  });
  await push.consider('a');
  await written(stage);
  assert.equal((await stage.store.pushes()).get(id), 'unsent');
  await push[Symbol.asyncDispose]();
});

test('an arbiter that fails before the first key leaves the message ready, and it is tried again', async () => {
  await using stage = await openStage();
  const id = await send(stage.store, 'x');
  let tries = 0;
  await using push = openPush({
    ...stage,
    clock: stage.store.clock,
    log: openLogger('fatal', false),
    newNonce: () => 'c'.repeat(16),
    orqctl: 'orqctl',
    arbiter: {
      type: () => {
        tries += 1;
        return Promise.reject(new Error('no space left for its lock'));
      },
    },
  });
  await push.consider('a');
  await written(stage);
  const { state, attempts } = await stage.show(id);
  assert.deepEqual([state, attempts], ['ready', 0]);
  assert.equal((await stage.obstacles.of('a'))?.detail, 'typing failed');
  await push.consider('a');
  assert.equal(tries, 1);
  stage.store.clock.move(1_000);
  await push.consider('a');
  await written(stage);
  assert.equal(tries, 2);
});

test('what could not be written of a typing is written before the next one', async () => {
  for (const [outcome, becomes] of [
    [held('draft present'), 'ready'],
    [TAKEN, 'delivered'],
    [{ outcome: 'typed_not_submitted', reason: 'Enter had no effect' }, 'leased'],
  ] as const) {
    await using stage = await openStage();
    const { store } = stage;
    const id = await send(store, 'one');
    await send(store, 'two');
    let isBusy = true;
    const refused = (verb: (lease: LeaseRef) => Promise<void>) => {
      return (lease: LeaseRef): Promise<void> =>
        isBusy ? Promise.reject(new OrqError('storage_busy', 'locked')) : verb(lease);
    };
    const answers = [outcome, held('draft present')];
    await using push = openPush({
      ...stage,
      store: {
        ...store,
        pushHeld: refused((lease) => store.pushHeld(lease)),
        pushTaken: refused((lease) => store.pushTaken(lease)),
        pushUnsent: refused((lease) => store.pushUnsent(lease)),
      },
      clock: store.clock,
      log: openLogger('fatal', false),
      newNonce: () => 'c'.repeat(16),
      orqctl: 'orqctl',
      arbiter: {
        type: async ({ reasonToHold }) => {
          await reasonToHold();
          return answers.shift() ?? held('pane gone');
        },
      },
    });
    await push.consider('a');
    await written(stage);
    await stage.owed.catchUp();
    isBusy = false;
    await stage.owed.catchUp();
    store.clock.move(1_000);
    await push.consider('a');
    await written(stage);
    assert.deepEqual(answers, [], becomes);
    assert.equal((await stage.show(id)).state, becomes);
  }
});
