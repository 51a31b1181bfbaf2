/** The part of the port that keeps and fires schedules, over its prepared statements. */
import type { QueueStore } from '../../queue/store.ts';
import type { Reserve } from './reserve.ts';
import type { prepareSchedules } from './schedule.ts';

interface Parts {
  readonly reserve: Reserve;
  readonly nowMs: () => number;
  readonly read: <T>(run: () => T) => Promise<T>;
  readonly write: <T>(run: () => T, how?: { grows: boolean }) => Promise<T>;
}

type ScheduleVerbs = Pick<QueueStore, 'scheduleAdd' | 'scheduleList' | 'scheduleRemove' | 'scheduleFire'>;

export function scheduleVerbs(
  schedules: ReturnType<typeof prepareSchedules>,
  { reserve, nowMs, read, write }: Parts,
): ScheduleVerbs {
  return {
    scheduleAdd: (schedule) => write(() => schedules.add(schedule, nowMs()), { grows: true }),
    scheduleList: (filter) => read(() => schedules.list(filter)),
    scheduleRemove: (request) => write(() => schedules.remove(request)),
    scheduleFire: async () =>
      !reserve.isSpent && (await read(() => schedules.isDue(nowMs())))
        ? write(() => schedules.fire(nowMs()), { grows: true })
        : [],
  };
}
