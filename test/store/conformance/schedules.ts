import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MovingClock } from '../../support/clock.ts';
import { admit, type ConformanceStore, type OpenStore } from './client.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

const setTo = (clock: MovingClock, time: string) => clock.step(Date.parse(time) - clock.nowMs());

async function texts(store: ConformanceStore): Promise<string[]> {
  return (await store.list({ agent: 'a' })).map(({ text }) => text);
}

/** Sweeps until nothing is left to fire; replies with how many messages came. */
async function firings(store: ConformanceStore): Promise<number> {
  const before = (await store.list({ agent: 'a' })).length;
  for (let sweep = 0; sweep < 5; sweep += 1) await store.scheduleFire();
  return (await store.list({ agent: 'a' })).length - before;
}

/** The ticks until `end`, swept every `stepMs`, as the store's clock had it. */
async function ticksUntil(store: ConformanceStore, end: string, stepMs = 15 * MINUTE_MS): Promise<string[]> {
  const ticks: string[] = [];
  while (store.clock.nowMs() < Date.parse(end)) {
    store.clock.move(stepMs);
    if ((await firings(store)) > 0) ticks.push(new Date(store.clock.nowMs()).toISOString().slice(0, 16));
  }
  return ticks;
}

export function judgeSchedules(openStore: OpenStore): void {
  test('a schedule brings a message at each tick, none before, and tells whose it is', async () => {
    await using store = openStore();
    const fields = { priority: 12, from: 'lead', project: 'p', wake: 'later', ttlMs: 5_000 } as const;
    await store.scheduleAdd({ agent: 'a', text: 'look', everyMs: 30 * MINUTE_MS, ...fields });
    store.clock.move(30 * MINUTE_MS - 1);
    assert.deepEqual(await store.scheduleFire(), []);
    store.clock.move(1);
    assert.deepEqual(await store.scheduleFire(), ['a']);
    assert.deepEqual(await store.scheduleFire(), []);
    const [message] = await store.list({ agent: 'a' });
    const { text, priority, from, project, wake, expiresAtMs } = message ?? assert.fail();
    assert.deepEqual(
      { text, priority, from, project, wake, ttlMs: (expiresAtMs ?? 0) - store.clock.nowMs() },
      { text: 'look', ...fields },
    );
    store.clock.move(30 * MINUTE_MS);
    assert.equal(await firings(store), 1);
  });

  test('a tick that is late by a minute at most is on time: two of them are two messages', async () => {
    await using store = openStore();
    await store.scheduleAdd({ agent: 'a', text: 'x', everyMs: MINUTE_MS });
    store.clock.move(2 * MINUTE_MS);
    assert.equal(await firings(store), 2);
  });

  for (const [catchUp, brought] of [
    ['skip', 0],
    ['once', 1],
  ] as const) {
    test(`of ticks that a step forward of a day passes ${catchUp} brings ${brought}, and the next comes at its time`, async () => {
      await using store = openStore();
      setTo(store.clock, '2030-06-03T10:30:00Z');
      await store.scheduleAdd({ agent: 'a', text: 'x', cron: '0 * * * *', catchUp });
      store.clock.move(DAY_MS);
      assert.equal(await firings(store), brought);
      const [schedule] = await store.scheduleList({});
      assert.equal(schedule?.nextAtMs, Date.parse('2030-06-04T11:00:00Z'));
      store.clock.move(30 * MINUTE_MS);
      assert.equal(await firings(store), 1);
    });
  }

  test('a clock that is set back to where ticks of a distance came before brings the next ones all the same', async () => {
    await using store = openStore();
    await store.scheduleAdd({ agent: 'a', text: 'x', everyMs: HOUR_MS });
    for (const stepMs of [0, -2 * HOUR_MS, -5 * HOUR_MS]) {
      store.clock.step(stepMs);
      await store.promote();
      for (let tick = 0; tick < 3; tick += 1) {
        store.clock.move(HOUR_MS);
        assert.equal(await firings(store), 1);
      }
    }
  });

  test('the newest of many ticks that passed is on time where it has just been', async () => {
    await using store = openStore();
    await store.scheduleAdd({ agent: 'a', text: 'x', everyMs: HOUR_MS });
    store.clock.move(DAY_MS + 30_000);
    assert.equal(await firings(store), 1);
  });

  test('a clock that steps back brings no tick twice, and the next one at its new time', async () => {
    await using store = openStore();
    setTo(store.clock, '2030-06-03T10:30:00Z');
    await store.scheduleAdd({ agent: 'a', text: 'x', cron: '0 * * * *' });
    store.clock.move(30 * MINUTE_MS);
    assert.equal(await firings(store), 1, '11:00');
    setTo(store.clock, '2030-06-03T08:59:00Z');
    assert.equal(await firings(store), 0);
    assert.deepEqual(await ticksUntil(store, '2030-06-03T12:00:00Z', MINUTE_MS), [
      '2030-06-03T09:00',
      '2030-06-03T10:00',
      '2030-06-03T12:00',
    ]);
  });

  test('a time that a change of the clocks leaves out comes at the end of the gap', async () => {
    await using store = openStore();
    setTo(store.clock, '2030-03-30T12:00:00Z');
    await store.scheduleAdd({ agent: 'a', text: 'x', cron: '30 2 * * *', zone: 'Europe/Berlin' });
    assert.deepEqual(await ticksUntil(store, '2030-04-01T12:00:00Z'), [
      '2030-03-31T01:00',
      '2030-04-01T00:30',
    ]);
  });

  test('a time that a change of the clocks doubles comes once', async () => {
    await using store = openStore();
    setTo(store.clock, '2030-10-26T12:00:00Z');
    await store.scheduleAdd({ agent: 'a', text: 'x', cron: '30 2 * * *', zone: 'Europe/Berlin' });
    assert.deepEqual(await ticksUntil(store, '2030-10-28T12:00:00Z'), [
      '2030-10-27T00:30',
      '2030-10-28T01:30',
    ]);
  });

  for (const [what, wish, words] of [
    ['an expression of six fields', { cron: '0 0 9 * * *' }, /is not minute, hour/],
    ['a single date', { cron: '2031-01-01T00:00:00' }, /is not minute, hour/],
    ['a minute that no hour has', { cron: '61 * * * *' }, /minute: 61/],
    ['a day that never comes', { cron: '0 0 30 2 *' }, /never comes/],
    ['a zone that nobody knows', { cron: '0 9 * * *', zone: 'Nowhere/There' }, /"Nowhere\/There"/],
    ['such a zone with a distance', { everyMs: HOUR_MS, zone: 'Nowhere/There' }, /"Nowhere\/There"/],
    ['neither of expression and distance', {}, /either cron or everyMs/],
    ['both of them', { cron: '0 9 * * *', everyMs: HOUR_MS }, /either cron or everyMs/],
  ] as const) {
    test(`a schedule is refused for ${what}`, async () => {
      await using store = openStore();
      await assert.rejects(store.scheduleAdd({ agent: 'a', text: 'x', ...wish }), {
        code: 'bad_request',
        message: words,
      });
      assert.deepEqual(await store.scheduleList({}), []);
    });
  }

  test('the same under one name is stored once, another body under it is a conflict', async () => {
    await using store = openStore();
    const wish = { agent: 'a', text: 'x', everyMs: HOUR_MS, name: 'n' };
    const first = await store.scheduleAdd(wish);
    store.clock.move(HOUR_MS);
    await store.scheduleFire();
    const again = await store.scheduleAdd(wish);
    assert.deepEqual([first.created, again.created, again.id], [true, false, first.id]);
    await assert.rejects(store.scheduleAdd({ ...wish, text: 'y' }), { code: 'key_conflict' });
    assert.equal((await store.scheduleAdd({ ...wish, agent: 'b' })).created, true);
    assert.equal((await store.scheduleList({ agent: 'a' })).length, 1);
  });

  test('without an agent it is for the agent in whose pane the caller runs, and from it', async () => {
    await using store = openStore();
    const pane = { socket: '/tmp/t', serverStart: 1, pane: '%3', addresses: ['w:1'] };
    await store.admit({ marked: null, given: 'a', proposed: 'a', pane, mayCreate: true });
    const wish = { text: 'x', everyMs: HOUR_MS };
    const added = await store.scheduleAdd({ ...wish, caller: { tmuxSocket: '/tmp/t', pane: '%3' } });
    assert.deepEqual([added.agent, added.from], ['a', 'a']);
    await assert.rejects(store.scheduleAdd(wish), { code: 'bad_request' });
  });

  test('one that cannot bring its message says why and holds up no other', async () => {
    await using store = openStore();
    await store.scheduleAdd({ agent: 'w:1', text: 'lost', everyMs: HOUR_MS });
    await store.scheduleAdd({ agent: 'a', text: 'kept', everyMs: HOUR_MS });
    for (const [given, pane] of [
      ['b', '%1'],
      ['c', '%2'],
    ] as const) {
      const facts = { socket: `/tmp/${pane}`, serverStart: 1, pane, addresses: ['w:1'] };
      await store.admit({ marked: null, given, proposed: given, pane: facts, mayCreate: true });
    }
    store.clock.move(HOUR_MS);
    assert.deepEqual(await store.scheduleFire(), ['a']);
    assert.deepEqual(await texts(store), ['kept']);
    const [lost, kept] = await store.scheduleList({});
    assert.match(lost?.error ?? '', /means 2 agents/);
    assert.deepEqual([kept?.error, lost?.nextAtMs], [null, kept?.nextAtMs]);
  });

  test('a schedule for a project brings each tick once, to whom it has then', async () => {
    await using store = openStore();
    const join = (given: string, project: string) => {
      const pane = { socket: '/tmp/s', serverStart: 1, pane: `%${given}`, addresses: [], project };
      return store.admit({ marked: null, given, proposed: given, pane, mayCreate: true });
    };
    await join('a', 'shop');
    const wish = { text: 'x', everyMs: HOUR_MS };
    const { id } = await store.scheduleAdd({ ...wish, agent: '@shop', name: 'n' });
    assert.equal((await store.scheduleAdd({ ...wish, agent: '@shop', name: 'n' })).id, id);
    await join('b', 'shop');
    store.clock.move(HOUR_MS);
    assert.deepEqual(await store.scheduleFire(), ['a', 'b']);
    store.clock.move(-HOUR_MS);
    await store.scheduleFire();
    store.clock.move(HOUR_MS);
    await store.scheduleFire();
    assert.deepEqual(
      (await store.list({})).map(({ agent, project, idempotencyKey }) => [agent, project, idempotencyKey]),
      ['b', 'a'].map((agent) => [agent, 'shop', `schedule:${id}:number 1`]),
    );
    await join('a', 'other');
    await join('b', 'other');
    store.clock.move(HOUR_MS);
    assert.deepEqual(await store.scheduleFire(), []);
    const [schedule] = await store.scheduleList({ agent: '@shop' });
    assert.match(schedule?.error ?? '', /project "shop": no agent of it is known/);
  });

  test('a schedule for a project that nobody works on is refused with the nearest', async () => {
    await using store = openStore();
    const pane = { socket: '/tmp/s', serverStart: 1, pane: '%1', addresses: [], project: 'shop' };
    await store.admit({ marked: null, given: 'a', proposed: 'a', pane, mayCreate: true });
    const wish = { text: 'x', everyMs: HOUR_MS };
    await assert.rejects(store.scheduleAdd({ ...wish, agent: '@shpo' }), {
      code: 'not_found',
      details: { nearest: '@shop' },
    });
    await assert.rejects(store.scheduleAdd({ ...wish, agent: '@' }), { code: 'bad_request' });
    assert.deepEqual(await store.scheduleList({}), []);
  });

  test('are listed in pages, the oldest first', async () => {
    await using store = openStore();
    for (const agent of ['a', 'b', 'a', 'a']) await store.scheduleAdd({ agent, text: 'x', everyMs: HOUR_MS });
    const page = async (filter: object) => (await store.scheduleList(filter)).map(({ id }) => id);
    assert.deepEqual(await page({ limit: 2 }), [1, 2]);
    assert.deepEqual(await page({ limit: 2, afterId: 2 }), [3, 4]);
    assert.deepEqual(await page({ agent: 'a', limit: 2 }), [1, 3]);
    assert.deepEqual(await page({ agent: 'a', limit: 2, afterId: 3 }), [4]);
  });

  test('a schedule that is removed brings nothing more; what it brought stays', async () => {
    await using store = openStore();
    await admit(store);
    const { id } = await store.scheduleAdd({ agent: 'a', text: 'x', everyMs: HOUR_MS });
    store.clock.move(HOUR_MS);
    await store.scheduleFire();
    assert.deepEqual(await store.scheduleRemove({ id }), { id, agent: 'a' });
    store.clock.move(HOUR_MS);
    assert.deepEqual([await firings(store), await texts(store)], [0, ['x']]);
    await assert.rejects(store.scheduleRemove({ id }), { code: 'not_found' });
  });
}
