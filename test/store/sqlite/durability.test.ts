/** What an answer waits for: the disk where a promise rests on it, and nothing where none does. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { testFolder } from '../../support/folder.ts';
import { openTestStore } from '../../support/store.ts';
import { printed, send, startedClient } from '../conformance/client.ts';

/** A store with one started client, and whether each group since waited for the disk. */
async function watched() {
  const commits: boolean[] = [];
  const store = openTestStore({ inMemory: true, onCommit: ({ durable }) => void commits.push(durable) });
  const client = await startedClient(store);
  return {
    store,
    client,
    /** Whether every group that `run` needed waited for the disk. */
    waits: async (run: () => Promise<unknown>): Promise<boolean[]> => {
      commits.length = 0;
      await run();
      return [...commits];
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

describe('an answer', () => {
  test('to a hook that has nothing to say or to prove does not wait for the disk', async () => {
    await using parts = await watched();
    const { store, client, waits } = parts;
    const read = () => store.agents();
    assert.deepEqual(await waits(() => client.prompt('p1')), [], 'answered before the commit');
    assert.deepEqual(await waits(read), [false]);
    assert.deepEqual(await waits(() => client.batch('p1').then(read)), [false]);
    assert.deepEqual(await waits(() => client.event('Notification', 'p1').then(read)), [false]);
    assert.deepEqual(await waits(() => client.stop('p1').then(read)), [false]);
  });

  test('that leases, proves, returns, opens or ends something waits for the disk', async () => {
    await using parts = await watched();
    const { store, client, waits } = parts;
    assert.deepEqual(await waits(() => send(store, 'x')), [true]);
    assert.deepEqual(await waits(() => client.prompt('p1')), [true], 'leases');
    assert.deepEqual(await waits(() => client.prompt('p2')), [true], 'returns and leases again');
    assert.deepEqual(await waits(() => store.recover()), [true]);
    const given = await client.batch('p2');
    assert.deepEqual(await waits(() => printed(store, given)), [true], 'confirms');
    assert.deepEqual(await waits(() => client.batch('p2')), [true], 'proves');
    assert.deepEqual(await waits(() => client.stop('p2')), [true], 'closes what was open');
    assert.deepEqual(await waits(() => client.end()), [true], 'ends');
    assert.deepEqual(await waits(() => client.start()), [true], 'binds');
  });

  test('is refused from the start where synchronous FULL does not take', async () => {
    await using folder = testFolder();
    const original = Object.getOwnPropertyDescriptor(Sqlite.prototype, 'pragma');
    if (!original) throw new Error('better-sqlite3 has no pragma');
    Object.defineProperty(Sqlite.prototype, 'pragma', {
      ...original,
      value: function pragma(this: Sqlite.Database, source: string, options?: object): unknown {
        const asked = source === 'synchronous = FULL' ? 'synchronous = NORMAL' : source;
        return Reflect.apply(original.value as (source: string, options?: object) => unknown, this, [
          asked,
          options,
        ]);
      },
    });
    try {
      assert.throws(() => openTestStore({ stateDir: folder.at('state') }), {
        code: 'storage_failed',
        message: /PRAGMA synchronous is 1 instead of 2/,
      });
    } finally {
      Object.defineProperty(Sqlite.prototype, 'pragma', original);
    }
  });
});
