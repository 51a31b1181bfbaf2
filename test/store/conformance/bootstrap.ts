import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admit, clientOf, ids, send, startedClient, type OpenStore } from './client.ts';

export function judgeBootstrap(openStore: OpenStore): void {
  test('a start tells its session who it is, and each prompt does until that was confirmed', async () => {
    await using store = openStore();
    await admit(store);
    const client = clientOf(store);
    const started = await client.start();
    assert.equal(started.bootstraps, true);
    assert.equal((await client.prompt('p1')).bootstraps, true);
    assert.equal((await client.batch('p1')).bootstraps, false);
    assert.equal((await client.stop('p1')).bootstraps, false);
    assert.equal((await client.prompt('p2')).bootstraps, true);
    await store.bootstrapped(started.session?.key ?? 0);
    assert.equal((await client.prompt('p2')).bootstraps, false);
  });

  test('a client that came too late, a guest and a session that no start began are not told', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    assert.equal((await client.prompt('p1', { handsOut: false })).bootstraps, false);
    const guest = clientOf(store, { sessionId: 's2', mayBind: false });
    assert.equal((await guest.start()).bootstraps, false);
    await admit(store, 'b');
    const late = clientOf(store, { agent: 'b', sessionId: 's3', process: null });
    assert.equal((await late.prompt('p1')).bootstraps, false);
  });

  test('the bootstrap takes its room of the answer, and gives way to a message that fills it alone', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const [small, large] = [await send(store, 'small'), await send(store, 'x'.repeat(8_000))];
    const beside = await client.prompt('p1', { bootstrapUnits: 1_000 });
    assert.deepEqual([ids(beside), beside.bootstraps], [[small], true]);
    await store.ack({ id: small });
    const full = await client.prompt('p3', { bootstrapUnits: 1_000 });
    assert.deepEqual([ids(full), full.bootstraps], [[large], false]);
  });
}
