/** When a cron expression comes next in a time zone: the one place that knows how such expressions are read. */
import { Cron } from 'croner';
import { OrqError } from '../protocol/errors.ts';

/** Five fields or a nickname: what else the library reads are single dates, which are no rhythm. */
const RHYTHM = /^\s*(?:@[a-z]+|(?:\S+\s+){4}\S+)\s*$/;

/**
 * The first tick after `afterMs`; null where none comes. A time that a change of the clocks leaves out ticks at the end of the gap, one that it
 * doubles ticks once; steps tick in real time.
 * @throws OrqError bad_request for an expression or a zone that cannot be read.
 */
export function nextTick(expression: string, zone: string, afterMs: number): number | null {
  if (!RHYTHM.test(expression))
    throw new OrqError('bad_request', `cron "${expression}": is not minute, hour, day, month and weekday`);
  assertZone(zone);
  try {
    const cron = new Cron(expression, { mode: '5-part', timezone: zone, paused: true });
    return cron.nextRun(new Date(afterMs))?.getTime() ?? null;
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    throw new OrqError('bad_request', `cron "${expression}": ${cause.message}`, { cause });
  }
}

/** @throws OrqError bad_request where this Node knows no such zone. */
export function assertZone(zone: string): void {
  try {
    Intl.DateTimeFormat('en', { timeZone: zone });
  } catch (cause) {
    throw new OrqError('bad_request', `zone "${zone}": is no time zone that is known here`, { cause });
  }
}
