import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openChanges, type Told } from '../../daemon/changes.ts';
import type { Change } from '../../src/protocol/change-schema.ts';
import { until } from '../support/until.ts';

/** A source of changes that counts who listens. */
function source() {
  const listeners = new Set<(changes: readonly Change[]) => void>();
  let nonce = 0;
  return {
    listeners,
    tell: (id: number) => {
      for (const listener of listeners) listener([change(id)]);
    },
    parts: {
      newNonce: () => `n${(nonce += 1)}`,
      store: {
        listen: async (listener: (changes: readonly Change[]) => void) => {
          listeners.add(listener);
          return { [Symbol.dispose]: () => void listeners.delete(listener) };
        },
      },
    },
  };
}

function change(id: number): Change {
  return {
    id,
    agent: 'a',
    kind: 'queued',
    state: 'ready',
    atMs: 1,
    session: null,
    event: null,
    reason: null,
  };
}

const idsOf = (told: readonly Told[] | null): number[] | undefined => told?.map(({ change: { id } }) => id);

test('the store is not listened to before somebody reads, and not for long after the last one left', async () => {
  const { parts, listeners } = source();
  using changes = openChanges({ ...parts, lingerMs: 1 });
  assert.equal(listeners.size, 0);
  const first = await changes.join(() => undefined);
  const second = await changes.join(() => undefined);
  assert.equal(listeners.size, 1);
  first[Symbol.dispose]();
  second[Symbol.dispose]();
  await until(() => (listeners.size === 0 ? true : undefined));
  const third = await changes.join(() => undefined);
  assert.equal(listeners.size, 1);
  assert.equal(third.since(first.position), null);
});

test('a reader that comes back gets what it missed, and nothing twice', async () => {
  const { parts, tell } = source();
  using changes = openChanges(parts);
  const heard: number[] = [];
  const { position } = await changes.join(() => undefined);
  tell(1);
  tell(2);
  const reading = await changes.join(({ change: { id } }) => void heard.push(id));
  tell(3);
  assert.deepEqual(idsOf(reading.since(position)), [1, 2]);
  assert.deepEqual(heard, [3]);
  assert.deepEqual(idsOf(reading.since(reading.position)), []);
});

test('what is kept is bounded; who missed more is told so', async () => {
  const { parts, tell } = source();
  using changes = openChanges({ ...parts, keep: 10 });
  const { position } = await changes.join(() => undefined);
  for (let id = 1; id <= 10; id += 1) tell(id);
  assert.equal((await changes.join(() => undefined)).since(position)?.length, 10);
  for (let id = 11; id <= 100; id += 1) tell(id);
  const reading = await changes.join(() => undefined);
  assert.equal(reading.since(position), null);
  assert.equal(reading.since('n1.95')?.length, 5);
  for (const nonsense of ['', 'n1', 'n1.x', 'n1.-1', 'n1.101', 'n2.99', '.'])
    assert.equal(reading.since(nonsense), null, nonsense);
});

test('a store that cannot be listened to refuses the reader, and the next one tries again', async () => {
  const { parts } = source();
  let fails = true;
  const store = {
    listen: (listener: (changes: readonly Change[]) => void) =>
      fails ? Promise.reject(new Error('no')) : parts.store.listen(listener),
  };
  using changes = openChanges({ ...parts, store });
  await assert.rejects(
    changes.join(() => undefined),
    /no/,
  );
  fails = false;
  await changes.join(() => undefined);
});
