/** When a schedule fires: each tick once, over restarts and steps of the clock, and what becomes of ticks that nobody was there for. */
import { OrqError } from '../protocol/errors.ts';
import { assertZone, nextTick } from './next-tick.ts';

export interface Rhythm {
  readonly cron: string | null;
  readonly everyMs: number | null;
  readonly zone: string;
  /** From here `everyMs` is counted, so that a tick is the same however often it is found. */
  readonly createdAtMs: number;
}

export interface Standing extends Rhythm {
  readonly catchUp: 'skip' | 'once';
  /** When `nextAtMs` was found. */
  readonly setAtMs: number;
  readonly nextAtMs: number | null;
}

export interface Tick {
  /** The tick to fire now; null: none. */
  readonly fireMs: number | null;
  readonly nextAtMs: number | null;
}

/** A tick that is late by no more than this counts as on time. */
export const ON_TIME_MS = 60_000;

/** The first tick after `afterMs`. Throws as `nextTick` does. */
export function tickAfter({ cron, everyMs, zone, createdAtMs }: Rhythm, afterMs: number): number | null {
  if (everyMs === null) return nextTick(cron ?? '', zone, afterMs);
  return createdAtMs + (Math.floor((afterMs - createdAtMs) / everyMs) + 1) * everyMs;
}

/**
 * The first tick of a new schedule.
 * @throws OrqError bad_request where the expression or the zone cannot be read, or no tick ever comes.
 */
export function firstTick(rhythm: Rhythm): number {
  assertZone(rhythm.zone);
  const firstMs = tickAfter(rhythm, rhythm.createdAtMs);
  if (firstMs === null)
    throw new OrqError('bad_request', `cron "${rhythm.cron}": names a time that never comes`);
  return firstMs;
}

/**
 * What tells a tick from all others of its schedule. Ticks of a distance are counted: a clock that is set back moves them all, maybe to times at which
 * earlier ones fired.
 */
export function nameOfTick({ everyMs, createdAtMs }: Rhythm, tickMs: number): string {
  return everyMs === null ? String(tickMs) : `number ${(tickMs - createdAtMs) / everyMs}`;
}

/** A clock that went back finds its next tick anew; a tick that comes again then is told by its idempotency key. */
export function tickAt(schedule: Standing, nowMs: number): Tick {
  const { nextAtMs, setAtMs, catchUp } = schedule;
  if (nextAtMs === null) return { fireMs: null, nextAtMs };
  if (nowMs < setAtMs) return { fireMs: null, nextAtMs: tickAfter(schedule, nowMs - 1) };
  if (nextAtMs > nowMs) return { fireMs: null, nextAtMs };
  if (nowMs - nextAtMs <= ON_TIME_MS) return { fireMs: nextAtMs, nextAtMs: tickAfter(schedule, nextAtMs) };
  if (catchUp === 'once') return { fireMs: nextAtMs, nextAtMs: tickAfter(schedule, nowMs) };
  const onTimeMs = tickAfter(schedule, nowMs - ON_TIME_MS - 1);
  if (onTimeMs === null || onTimeMs > nowMs) return { fireMs: null, nextAtMs: onTimeMs };
  return { fireMs: onTimeMs, nextAtMs: tickAfter(schedule, onTimeMs) };
}
