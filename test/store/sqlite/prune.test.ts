/** Retention on a real file: what goes, what stays, and the space that it took. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openPlain } from '../../../src/store/sqlite/database.ts';
import { DATABASE_FILE } from '../../../src/store/sqlite/store.ts';
import { movingClock } from '../../support/clock.ts';
import { testFolder } from '../../support/folder.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';

const DAY_MS = 24 * 3_600_000;
const RETENTION_MS = 30 * DAY_MS;

/** Steps until the walk has come to its end and rested. */
async function prune(store: TestStore, steps = 12): Promise<void> {
  for (let step = 0; step < steps; step += 1) {
    await store.forgetOld(RETENTION_MS);
    store.clock.move(61_000);
  }
}

const rowsLeft = (stateDir: string): Record<string, unknown> => {
  const db = openPlain(join(stateDir, DATABASE_FILE), { readonly: true });
  const count = (table: string): unknown => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
  try {
    return Object.fromEntries(
      ['message', 'message_text', 'receipt', 'idempotency_key'].map((table) => [table, count(table)]),
    );
  } finally {
    db.close();
  }
};

describe('retention', () => {
  test('forgets what has ended with all that belongs to it, and the counts stay true', async () => {
    await using store = openTestStore({ inMemory: true });
    const draft = (key: number) => ({ agent: 'a', text: 'x', idempotencyKey: `k${key}` });
    const sent = await store.enqueue(Array.from({ length: 250 }, (_, key) => draft(key)));
    for (const { id } of sent.slice(0, 230)) await store.cancel({ id });
    for (const { id } of sent.slice(230, 240)) await store.ack({ id });
    for (const { id } of sent.slice(230, 232)) await store.done({ id });
    await prune(store);
    assert.equal((await store.list({ limit: 1000 })).length, 250);

    store.clock.move(RETENTION_MS);
    await prune(store);
    const { ready, delivered, cancelled } = await store.counts();
    assert.deepEqual([ready, delivered, cancelled], [10, 0, 0]);
    assert.deepEqual(rowsLeft(store.stateDir), {
      message: 10,
      message_text: 10,
      receipt: 0,
      idempotency_key: 10,
    });
    const [again] = await store.enqueue([draft(0)]);
    assert.equal(again?.created, true);
    assert.ok((again?.id ?? 0) > 250);
  });

  test('forgets the key of a message that was spooled before it was stored', async () => {
    await using store = openTestStore({ inMemory: true });
    const draft = { agent: 'a', text: 'x', idempotencyKey: 'k', sentAtMs: store.clock.nowMs() - DAY_MS };
    const [sent] = await store.enqueue([draft]);
    await store.cancel({ id: sent?.id ?? 0 });
    store.clock.move(RETENTION_MS + DAY_MS);
    await prune(store, 2);
    assert.deepEqual(
      (await store.enqueue([draft])).map(({ created }) => created),
      [true],
    );
  });

  test('counts from the end of a dead letter', async () => {
    await using store = openTestStore({ inMemory: true });
    await store.enqueue([{ agent: 'a', text: 'x', ttlMs: 1000 }]);
    store.clock.move(2000);
    await store.promote();
    assert.equal((await store.counts('a')).dead, 1);
    store.clock.move(RETENTION_MS - 5000);
    await prune(store, 1);
    assert.equal((await store.counts('a')).dead, 1);
    store.clock.move(DAY_MS);
    await prune(store, 2);
    assert.equal((await store.counts('a')).dead, 0);
  });

  test('gives space back to the disk without a VACUUM, and the file stays sound', async () => {
    await using folder = testFolder({ inMemory: true });
    const stateDir = folder.at('state');
    const clock = movingClock();
    let before: number;
    {
      await using store = openTestStore({ stateDir, clock });
      const text = 'x'.repeat(50_000);
      const sent = await store.enqueue(Array.from({ length: 200 }, () => ({ agent: 'a', text })));
      for (const { id } of sent) await store.ack({ id });
      clock.move(RETENTION_MS + 1);
      await prune(store, 1);
    }
    {
      await using store = openTestStore({ stateDir, clock });
      before = store.describe().sizeBytes;
      await prune(store, 20);
    }
    await using store = openTestStore({ stateDir, clock });
    const { sizeBytes } = store.describe();
    assert.ok(before > 8_000_000 && sizeBytes < before / 2, `${before} bytes before, ${sizeBytes} after`);
    const db = openPlain(join(stateDir, DATABASE_FILE), { readonly: true });
    assert.equal(db.pragma('integrity_check', { simple: true }), 'ok');
    db.close();
  });
});
