/**
 * Runs each work by its rhythm, and by command; tells how far it is and what it came to. A work that runs is not begun a second time: whoever asks
 * for it then is told what that one comes to.
 */
import { WORK_NAMES, type WorkName } from '../../src/protocol/maintenance.ts';
import { OrqError } from '../../src/protocol/errors.ts';
import type { ReplyOf } from '../../src/protocol/schemas.ts';
import type { Clock } from '../../src/queue/clock.ts';
import type { QueueStore } from '../../src/queue/store.ts';
import type { Alerts } from '../alerts/alerts.ts';
import type { Config } from '../config.ts';
import type { Log } from '../logger.ts';
import { startRhythm, type Rhythm } from './cron.ts';
import { isOverdue } from './overdue.ts';
import type { Work } from './works.ts';

type Last = NonNullable<ReplyOf<'maintenance'>['works'][number]['last']>;

export interface Maintenance extends AsyncDisposable {
  /** What is and what was, by work. */
  list(): ReplyOf<'maintenance'>;
  /** Resolves with what it came to. @throws OrqError as the work does. */
  run(name: WorkName): Promise<ReplyOf<'maintenanceRun'>>;
  /** The settings are others now: rhythms that changed begin anew. */
  rearm(): void;
}

export interface MaintenanceParts {
  readonly works: Readonly<Record<WorkName, Work>>;
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Pick<QueueStore, 'keptMetrics' | 'keepMetrics'>;
  readonly alerts: Alerts;
  /** When the newest copy was made; null where there is none. */
  readonly newestCopyMs: () => number | null;
  readonly pauses?: { readonly firstMs: number; readonly everyMs: number };
}

/** Seldom enough that a night without the machine matters. */
const MADE_UP_FOR: readonly WorkName[] = ['backup', 'integrity'];

/** Of these each run is worth a line; the others only where they are looked for. */
const TOLD: readonly WorkName[] = MADE_UP_FOR;

/** When it is looked first, and how often then, whether one of those was missed; milliseconds. */
const LOOKS = { firstMs: 600_000, everyMs: 3_600_000 };

/** How often the log says how far a work is; milliseconds. */
const TELL_MS = 10_000;

/** The name under which the store keeps when each ran last. */
const KEPT = 'maintenance';

interface Running {
  readonly sinceMs: number;
  readonly ended: Promise<Last>;
  progress: { done: number; total: number } | null;
}

const OFF = 'off';

export async function openMaintenance(parts: MaintenanceParts): Promise<Maintenance> {
  const { works, config, clock, log, store, alerts, pauses = LOOKS } = parts;
  const running = new Map<WorkName, Running>();
  const lasts = new Map<WorkName, Last>();
  const rhythms = new Map<WorkName, { expression: string; rhythm: Rhythm }>();
  for (const { name, series, value } of await store.keptMetrics()) {
    const work = WORK_NAMES.find((each) => each === series);
    const [startedAtMs = 0, tookMs = 0, ok = 0] = value;
    if (name === KEPT && work) lasts.set(work, { startedAtMs, tookMs, ok: ok === 1, outcome: '' });
  }

  async function begin(name: WorkName, mine: { progress: Running['progress'] }): Promise<Last> {
    const [startedAtMs, fromMs] = [clock.nowMs(), clock.steadyMs()];
    let toldMs = fromMs;
    const ended = (ok: boolean, outcome: string): Last => {
      const last = { startedAtMs, tookMs: Math.round(clock.steadyMs() - fromMs), ok, outcome };
      lasts.set(name, last);
      running.delete(name);
      const value = [last.startedAtMs, last.tookMs, ok ? 1 : 0];
      store.keepMetrics([{ name: KEPT, series: name, value }]).catch(() => undefined);
      return last;
    };
    try {
      const outcome = await works[name]((done, total) => {
        mine.progress = { done, total };
        if (clock.steadyMs() - toldMs < TELL_MS) return;
        toldMs = clock.steadyMs();
        log.info({ event: 'maintenance_progress', work: name, done, total }, 'maintenance goes on');
      });
      const last = ended(true, outcome);
      const told = { work: name, ms: last.tookMs, outcome };
      if (TOLD.includes(name)) log.info({ event: 'maintenance_done', ...told }, 'maintenance done');
      else log.debug({ event: 'maintenance_done', ...told }, 'maintenance done');
      return last;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      ended(false, reason);
      if (!(error instanceof OrqError && error.code === 'shutting_down')) {
        log.error({ event: 'maintenance_failed', work: name, err: error }, 'maintenance failed');
        alerts.alert('maintenance', { subject: name, reason });
      }
      throw error;
    }
  }

  function run(name: WorkName): Promise<Last> {
    const there = running.get(name);
    if (there) return there.ended;
    const mine: { progress: Running['progress'] } = { progress: null };
    const ended = begin(name, mine);
    running.set(name, Object.assign(mine, { sinceMs: clock.nowMs(), ended }));
    return ended;
  }

  const runOrTell = (name: WorkName): void => void run(name).catch(() => undefined);

  function rearm(): void {
    for (const name of WORK_NAMES) {
      const expression = scheduleOf(config, name);
      if (rhythms.get(name)?.expression === expression) continue;
      rhythms.get(name)?.rhythm[Symbol.dispose]();
      rhythms.delete(name);
      if (expression !== OFF)
        rhythms.set(name, { expression, rhythm: startRhythm(expression, () => runOrTell(name)) });
    }
  }

  function look(): void {
    for (const name of MADE_UP_FOR) {
      const lastMs = name === 'backup' ? parts.newestCopyMs() : (lasts.get(name)?.startedAtMs ?? null);
      const periodMs = rhythms.get(name)?.rhythm.periodMs() ?? null;
      if (isOverdue({ lastMs, periodMs }, clock.nowMs())) runOrTell(name);
    }
  }

  rearm();
  let timer = setTimeout(function again() {
    look();
    timer = setTimeout(again, pauses.everyMs).unref();
  }, pauses.firstMs).unref();
  return {
    list: () => ({
      works: WORK_NAMES.map((work) => {
        const now = running.get(work);
        const there = rhythms.get(work);
        return {
          work,
          schedule: there?.expression ?? null,
          nextMs: there?.rhythm.nextMs() ?? null,
          runningSinceMs: now?.sinceMs ?? null,
          progress: now?.progress ?? null,
          last: lasts.get(work) ?? null,
        };
      }),
    }),
    run: async (work) => ({ work, ...(await run(work)) }),
    rearm,
    [Symbol.asyncDispose]: async () => {
      clearTimeout(timer);
      for (const { rhythm } of rhythms.values()) rhythm[Symbol.dispose]();
      await Promise.allSettled(Array.from(running.values(), ({ ended }) => ended));
    },
  };
}

function scheduleOf(config: Config, name: WorkName): string {
  return {
    retention: config.retentionSchedule,
    optimize: config.optimizeSchedule,
    checkpoint: config.checkpointSchedule,
    integrity: config.integritySchedule,
    backup: config.backupSchedule,
  }[name];
}
