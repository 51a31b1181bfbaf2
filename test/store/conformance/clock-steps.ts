/** A wall clock that is set by a day, either way: what counts a span counts on, what names a time holds by the clock. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ids, printed, send, startedClient, stateOf, type OpenStore } from './client.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

export function judgeClockSteps(openStore: OpenStore): void {
  for (const [way, stepMs] of [
    ['forward', DAY_MS],
    ['back', -DAY_MS],
  ] as const) {
    test(`${way} a day: a consumer's lease lasts as long as it was to last, and no failure is charged`, async () => {
      await using store = openStore();
      const id = await send(store, 'x');
      await store.dequeue({ agent: 'a', visibilityMs: 5 * MINUTE_MS });
      store.clock.move(MINUTE_MS);
      store.clock.step(stepMs);
      await store.promote();
      const { message } = await store.show(id);
      assert.deepEqual([message.state, message.failures], ['leased', 0]);
      assert.equal((message.lease?.untilMs ?? 0) - store.clock.nowMs(), 4 * MINUTE_MS);
      store.clock.move(4 * MINUTE_MS - 1);
      await store.promote();
      assert.equal(await stateOf(store, id), 'leased');
      store.clock.move(1);
      await store.promote();
      assert.equal(await stateOf(store, id), 'scheduled');
    });

    test(`${way} a day: a lease that is taken at the new time before any sweep lasts no longer and no shorter`, async () => {
      await using store = openStore();
      await send(store, 'x');
      store.clock.step(stepMs);
      const [leased] = await store.dequeue({ agent: 'a', visibilityMs: MINUTE_MS });
      await store.promote();
      const { message } = await store.show(leased?.id ?? 0);
      assert.equal((message.lease?.untilMs ?? 0) - store.clock.nowMs(), MINUTE_MS);
    });

    test(`${way} a day: a delay, a back-off and a dependency's timeout take as long as before`, async () => {
      await using store = openStore();
      const failed = await send(store, 'failed');
      await store.dequeue({ agent: 'a' });
      await store.requeue({ id: failed, error: 'it failed' });
      const delayed = await send(store, 'delayed', { delayMs: MINUTE_MS });
      const first = await send(store, 'first', { agent: 'b' });
      const waits = { after: [{ id: first }], dependencyTimeoutMs: MINUTE_MS };
      const blocked = await send(store, 'blocked', { ...waits, onDependencyFailure: 'release' });
      const later = await send(store, 'later', { ...waits, delayMs: 2 * MINUTE_MS });
      const states = async () =>
        Promise.all([failed, delayed, blocked, later].map((id) => stateOf(store, id)));
      store.clock.step(stepMs);
      await store.promote();
      assert.deepEqual(await states(), ['scheduled', 'scheduled', 'blocked', 'blocked']);
      await store.ack({ id: first });
      assert.deepEqual(await states(), ['scheduled', 'scheduled', 'ready', 'scheduled']);
      store.clock.move(1_000);
      await store.promote();
      assert.deepEqual(await states(), ['ready', 'scheduled', 'ready', 'scheduled']);
      store.clock.move(MINUTE_MS);
      await store.promote();
      assert.deepEqual(await states(), ['ready', 'ready', 'ready', 'scheduled']);
      store.clock.move(MINUTE_MS);
      await store.promote();
      assert.deepEqual(await states(), ['ready', 'ready', 'ready', 'ready']);
    });

    test(`${way} a day: time to live runs on, and neither kills at once nor lasts a day longer`, async () => {
      await using store = openStore();
      const id = await send(store, 'x', { ttlMs: 2 * MINUTE_MS });
      store.clock.move(MINUTE_MS);
      store.clock.step(stepMs);
      await store.promote();
      assert.equal(await stateOf(store, id), 'ready');
      store.clock.move(MINUTE_MS);
      await store.promote();
      assert.equal(await stateOf(store, id), 'dead');
    });

    test(`${way} a day: a schedule's distance is kept, no tick twice and none left out`, async () => {
      await using store = openStore();
      await store.scheduleAdd({ agent: 'a', text: 'x', everyMs: 10 * MINUTE_MS });
      const ticks: number[] = [];
      for (let minute = 1; minute <= 60; minute += 1) {
        store.clock.move(MINUTE_MS);
        if (minute === 34) store.clock.step(stepMs);
        await store.promote();
        if ((await store.scheduleFire()).length > 0) ticks.push(minute);
        assert.deepEqual(await store.scheduleFire(), []);
      }
      assert.deepEqual(ticks, [10, 20, 30, 40, 50, 60]);
      assert.equal((await store.list({ agent: 'a' })).length, 6);
    });

    test(`${way} a day: a session has been silent as long as before`, async () => {
      await using store = openStore();
      const client = await startedClient(store);
      await send(store, 'x');
      await printed(store, await client.prompt('p1'));
      store.clock.move(MINUTE_MS);
      store.clock.step(stepMs);
      await store.promote();
      const { session } = await store.wakeFacts('a');
      assert.equal(store.clock.nowMs() - (session?.lastEventMs ?? 0), MINUTE_MS);
    });

    test(`${way} a day: a message for a time comes when the clock shows that time`, async () => {
      await using store = openStore();
      const atMs = store.clock.nowMs() + 60 * MINUTE_MS;
      const id = await send(store, 'x', { atMs, ttlMs: MINUTE_MS });
      store.clock.step(stepMs);
      if (stepMs < 0) {
        await store.promote();
        assert.equal(await stateOf(store, id), 'scheduled');
        store.clock.move(atMs - store.clock.nowMs());
      } else store.clock.step(atMs - store.clock.nowMs());
      await store.promote();
      assert.deepEqual(ids(await store.dequeue({ agent: 'a' })), [id]);
    });
  }

  test('a clock that is slewed moves nothing', async () => {
    await using store = openStore();
    const id = await send(store, 'x', { delayMs: MINUTE_MS });
    const { readyAtMs } = (await store.show(id)).message;
    for (let second = 0; second < 30; second += 1) {
      store.clock.move(1_000);
      store.clock.step(100);
      await store.promote();
    }
    assert.equal((await store.show(id)).message.readyAtMs, readyAtMs);
  });
}
