import assert from 'node:assert/strict';
import { test } from 'node:test';
import { send, startedClient, type OpenStore } from './client.ts';

export function judgeMetrics(openStore: OpenStore): void {
  test('a series is kept until it is replaced, by its name and labels', async () => {
    await using store = openStore();
    assert.deepEqual(await store.keptMetrics(), []);
    await store.keepMetrics([
      { name: 'hook', series: 'Stop', value: [1.5, 2, 0] },
      { name: 'hook', series: 'SessionEnd', value: [0, 0, 0] },
    ]);
    await store.keepMetrics([{ name: 'hook', series: 'Stop', value: [2, 3, 0] }]);
    const kept = await store.keptMetrics();
    assert.deepEqual(
      kept.toSorted((a, b) => a.series.localeCompare(b.series)),
      [
        { name: 'hook', series: 'SessionEnd', value: [0, 0, 0] },
        { name: 'hook', series: 'Stop', value: [2, 3, 0] },
      ],
    );
  });

  test('what waits above the normal band is counted by band and state, until it is over', async () => {
    await using store = openStore();
    for (const priority of [0, 9, 10, 49, 50, 99, 100, 5_000]) await send(store, 'x', { priority });
    await send(store, 'x', { priority: 10, delayMs: 1_000 });
    const counted = async () =>
      (await store.urgentCounts())
        .map(({ priority, state, count }) => `${priority} ${state} ${count}`)
        .toSorted();
    assert.deepEqual(await counted(), ['10 ready 2', '10 scheduled 1', '100 ready 2', '50 ready 2']);
    const client = await startedClient(store);
    const { messages } = await client.prompt('p');
    assert.equal(messages.length, 8);
    assert.deepEqual(await counted(), ['10 leased 2', '10 scheduled 1', '100 leased 2', '50 leased 2']);
    for (const { id } of messages) await store.ack({ id });
    assert.deepEqual(await counted(), ['10 scheduled 1']);
  });
}
