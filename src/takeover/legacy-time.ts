/** Times as the old system wrote them, in UTC unless they say otherwise. */
import { numberOf, textOf, type Cell } from './legacy-row.ts';

/** Numbers below are seconds, others milliseconds. */
const FIRST_MILLISECONDS = 1e11;

const WRITTEN =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d\d:?\d\d)?)?$/i;

/** Epoch milliseconds; undefined where there is no time, null where nobody can read it. */
export function legacyTime(cell: Cell): number | null | undefined {
  const text = textOf(cell)?.trim() ?? '';
  if (text === '') return undefined;
  const number = numberOf(text);
  if (number !== null) return fromNumber(number);
  const [, year, month, day, hours = '00', minutes = '00', seconds = '00', fraction = '0', zone = 'Z'] =
    WRITTEN.exec(text) ?? [];
  if (year === undefined) return null;
  const offset =
    zone.toUpperCase() === 'Z' || zone.includes(':')
      ? zone.toUpperCase()
      : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  const millis = fraction.padEnd(3, '0').slice(0, 3);
  const atMs = Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}.${millis}${offset}`);
  return Number.isFinite(atMs) && atMs >= 0 ? atMs : null;
}

function fromNumber(value: number): number | null {
  const atMs = Math.round(value < FIRST_MILLISECONDS ? value * 1000 : value);
  return atMs >= 0 && Number.isSafeInteger(atMs) ? atMs : null;
}

/** `YYYY-MM-DD HH:MM:SS` in UTC, as the old tools write it. */
export function legacyTimeText(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');
}
