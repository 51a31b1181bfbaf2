/** Opens the store as the daemon uses it: what happens to the storage is logged, measured, and ends the daemon where it must. */
import { FAIL_STOP } from '../src/protocol/errors.ts';
import type { Clock } from '../src/queue/clock.ts';
import { openStore, type SqliteStore } from '../src/store/sqlite/store.ts';
import type { Alerts } from './alerts/alerts.ts';
import { capsOf } from './caps.ts';
import type { Config } from './config.ts';
import type { Log } from './logger.ts';
import { observe } from './metrics/distribution.ts';
import type { Metrics } from './metrics/metrics.ts';
import { eventLoop, monotonicMs } from './system-clock.ts';

interface Parts {
  readonly config: Config;
  readonly migrations: string;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly alerts: Alerts;
  readonly log: Log;
  /** Aborted by a failure after which nothing that is written can be trusted. */
  readonly ended: AbortController;
}

export function openDaemonStore({
  config,
  migrations,
  clock,
  metrics,
  alerts,
  log,
  ended,
}: Parts): SqliteStore {
  return openStore({
    stateDir: config.stateDir,
    migrations,
    clock,
    defaultMode: config.defaultMode,
    caps: capsOf(config),
    onReceipt: (kind, ms) => {
      if (kind === 'injected' || kind === 'seen') observe(metrics[kind], ms);
    },
    onCommit: ({ ms, durable }) => {
      if (durable) observe(metrics.commits, ms);
    },
    loop: eventLoop,
    monotonicMs,
    onFailure: (error) => {
      if (FAIL_STOP.includes(error.code)) ended.abort(error);
    },
    onLocked: () =>
      log.warn({ event: 'storage_locked' }, 'another program holds the database locked: writes wait'),
    onClockStep: (stepMs) =>
      log.warn({ event: 'clock_stepped', ms: stepMs }, 'the clock was set: what counts a span counts on'),
    onSpace: (isFull) => {
      if (isFull) {
        log.error({ event: 'disk_full', stateDir: config.stateDir }, 'disk full: nothing new is stored');
        alerts.alert('disk', { subject: config.stateDir });
      } else log.info({ event: 'disk_has_room', stateDir: config.stateDir }, 'disk has room again');
    },
  });
}
