/** Values of the command line: whole numbers, durations and points in time become the numbers of the wire. */
import { InvalidArgumentError } from 'commander';

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(?:\d+(?:ms|[smhd]))+$/;
const ISO =
  /^(?<day>\d{4}-\d\d-\d\d)(?:[T ](?<time>\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(?<zone>Z|[+-]\d\d(?::?\d\d)?)?)?$/i;
const CLOCK = /^(?<hours>\d\d?):(?<minutes>\d\d)$/;

/** Epoch milliseconds of 1973: below it stand epoch seconds, meant or mistaken. */
const FIRST_PLAUSIBLE_MS = 100_000_000_000;

/** A parser of whole decimal numbers between the two, both allowed. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^-?\d+$/.test(text) && value >= least && value <= most) return value;
    const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} up` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`It is a whole number ${range}.`);
  };
}

export const parseId = wholeNumber(1);

/** `3` or `3,5,8`: message ids. */
export function parseIds(text: string): number[] {
  return text.split(',').map((id) => parseId(id.trim()));
}

/** `250ms`, `10s`, `10m`, `2h`, `1d`, or several in a row (`1h30m`), as milliseconds. */
export function parseDuration(text: string): number {
  if (/^\d+$/.test(text)) throw new InvalidArgumentError(`Say the unit: ${text}s, ${text}m or ${text}ms.`);
  if (!DURATION.test(text))
    throw new InvalidArgumentError('It is a duration like 250ms, 10s, 10m, 2h, 1d, 1h30m.');
  let totalMs = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|[smhd])/g)) {
    totalMs += Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
  }
  if (!Number.isSafeInteger(totalMs)) throw new InvalidArgumentError('It is longer than can be counted.');
  return totalMs;
}

/** A parser of ISO 8601 (local time where it names no zone), of `HH:MM` for the next such local time after `nowMs`, and of epoch milliseconds, as epoch milliseconds. */
export function timeAfter(nowMs: number): (text: string) => number {
  return (text) => {
    if (/^\d+$/.test(text)) return plausible(Number(text));
    const { hours, minutes } = CLOCK.exec(text)?.groups ?? {};
    return hours === undefined ? isoTime(text) : nextClock(Number(hours), Number(minutes), nowMs);
  };
}

function isoTime(text: string): number {
  const { day, time = '00:00', zone = '' } = ISO.exec(text)?.groups ?? {};
  const wholeZone = /^[+-]\d\d$/.test(zone) ? `${zone}:00` : zone;
  const atMs = Date.parse(`${day}T${time}${wholeZone.toUpperCase()}`);
  if (Number.isFinite(atMs) && isDay(day ?? '')) return atMs;
  throw new InvalidArgumentError(
    'It is a time like 09:00, 2030-01-31T09:00, 2030-01-31T09:00Z, or epoch milliseconds.',
  );
}

/** A time that a change of the clocks leaves out comes as much later as they jump. */
function nextClock(hours: number, minutes: number, nowMs: number): number {
  if (hours > 23 || minutes > 59) throw new InvalidArgumentError('A day has the times 00:00 to 23:59.');
  const now = new Date(nowMs);
  const on = (days: number): number =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hours, minutes).getTime();
  const today = on(0);
  return today > nowMs ? today : on(1);
}

function plausible(atMs: number): number {
  if (atMs >= FIRST_PLAUSIBLE_MS && Number.isSafeInteger(atMs)) return atMs;
  throw new InvalidArgumentError('A bare number is epoch milliseconds; that one is no such time (seconds?).');
}

/** `Date.parse` takes 30 February for 2 March. */
function isDay(day: string): boolean {
  const atMs = Date.parse(`${day}T00:00Z`);
  return Number.isFinite(atMs) && new Date(atMs).toISOString().startsWith(day);
}
