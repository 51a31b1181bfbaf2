/** Ticks as laws: wherever one looks from, the same ticks come, each once, also where the clocks of a zone change. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { nextTick } from '../../src/queue/next-tick.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Zones, and a day around which their clocks change: by an hour, by half an hour, at midnight, to the south, and not at all. */
const CHANGES = [
  ['Europe/Berlin', '2030-03-31'],
  ['Europe/Berlin', '2030-10-27'],
  ['America/New_York', '2030-03-10'],
  ['America/New_York', '2030-11-03'],
  ['Australia/Lord_Howe', '2030-04-07'],
  ['Australia/Lord_Howe', '2030-10-06'],
  ['America/Santiago', '2030-09-08'],
  ['America/Santiago', '2030-04-07'],
  ['Asia/Kathmandu', '2030-06-01'],
  ['UTC', '2030-03-31'],
] as const;

const change = fc
  .constantFrom(...CHANGES)
  .map(([zone, day]) => ({ zone, fromMs: Date.parse(day) - 3 * DAY_MS, toMs: Date.parse(day) + 4 * DAY_MS }));
const minute = fc.nat(59).map(String);
/** The hours in which clocks change are asked for more often than others. */
const hour = fc.oneof(fc.constantFrom('0', '1', '2', '3'), fc.nat(23).map(String));
const daily = fc.tuple(minute, hour).map(([minutes, hours]) => `${minutes} ${hours} * * *`);
const any = fc
  .tuple(
    fc.oneof(minute, fc.constantFrom('*/7', '*/30', '0,15,45')),
    fc.oneof(hour, fc.constantFrom('*', '*/2', '1-3')),
    fc.constantFrom('* * *', '* * 1-5', '1-15 * *', '* * 0'),
  )
  .map((fields) => fields.join(' '));
const share = fc.double({ min: 0, max: 1, noNaN: true });

function after(expression: string, zone: string, ms: number): number {
  const next = nextTick(expression, zone, ms);
  assert.ok(next !== null, `${expression} in ${zone} goes on after ${ms}`);
  return next;
}

function walk(expression: string, zone: string, fromMs: number, toMs: number): number[] {
  const ticks: number[] = [];
  for (let ms = after(expression, zone, fromMs); ms <= toMs; ms = after(expression, zone, ms)) {
    assert.ok(ticks.length < 20_000 && ms > (ticks.at(-1) ?? fromMs), 'each tick is strictly after the last');
    ticks.push(ms);
  }
  return ticks;
}

const localDay = (zone: string) => {
  const format = new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short' });
  return (ms: number): string => format.format(ms);
};

describe('the next tick of an expression', () => {
  it('is strictly after the time that is asked for, and on a whole minute', () => {
    fc.assert(
      fc.property(any, change, share, (expression, { zone, fromMs, toMs }, at) => {
        const ms = Math.floor(fromMs + at * (toMs - fromMs));
        const next = after(expression, zone, ms);
        assert.ok(next > ms);
        assert.equal(next % MINUTE_MS, 0);
      }),
    );
  });

  it('is the same from wherever one looks: no tick is left out, none comes twice', () => {
    fc.assert(
      fc.property(
        any,
        change,
        fc.array(share, { minLength: 20, maxLength: 40 }),
        (expression, { zone, fromMs, toMs }, places) => {
          const ticks = walk(expression, zone, fromMs, toMs + 8 * DAY_MS);
          const asked = places.map((at) => Math.floor(fromMs + at * (toMs - fromMs)));
          for (const ms of [...asked, ...ticks.filter((tick) => tick <= toMs).flatMap((t) => [t - 1, t])])
            assert.equal(
              new Date(after(expression, zone, ms)).toISOString(),
              new Date(ticks.find((tick) => tick > ms) ?? 0).toISOString(),
              `${expression} in ${zone} after ${new Date(ms).toISOString()}`,
            );
        },
      ),
      { numRuns: 25, endOnFailure: true },
    );
  });

  it('comes once on each day of its zone where it names one time of the day', () => {
    fc.assert(
      fc.property(daily, change, (expression, { zone, fromMs, toMs }) => {
        const dayOf = localDay(zone);
        const days = walk(expression, zone, fromMs, toMs).map(dayOf);
        assert.deepEqual(days, [...new Set(days)]);
        const first = Date.parse(days[0] ?? '');
        assert.deepEqual(
          days,
          days.map((_, index) => new Date(first + index * DAY_MS).toISOString().slice(0, 10)),
          `${expression} in ${zone}`,
        );
      }),
      { numRuns: 300 },
    );
  });
});
