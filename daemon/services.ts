/** What routes and hooks may ask for; each names the parts that it uses. */
import type { HookClientKind } from '../src/protocol/hook-client.ts';
import type { Clock } from '../src/queue/clock.ts';
import type { QueueStore } from '../src/queue/store.ts';
import type { Alerts } from './alerts/alerts.ts';
import type { Backups } from './backups.ts';
import type { BriefingSources } from './briefings.ts';
import type { Changes } from './changes.ts';
import type { Config } from './config.ts';
import type { Confirmations } from './hooks/confirmations.ts';
import type { ReferenceFiles } from './hooks/reference-files.ts';
import type { Undecided } from './hooks/undecided.ts';
import type { Log } from './logger.ts';
import type { Maintenance } from './maintenance/maintenance.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { Owed } from './owed.ts';
import type { ProcessTable } from './process-table.ts';
import type { Restarts } from './restarts/restarts.ts';
import type { Spool } from './spool.ts';
import type { TmuxRegistry } from './tmux/registry.ts';
import type { Arrivals } from './wake/arrivals.ts';
import type { Obstacles } from './wake/obstacles.ts';
import type { RestLook } from './wake/rest.ts';
import type { Push } from './wake/push.ts';
import type { Ringer } from './wake/ringer.ts';
import type { Waiters } from './wake/waiters.ts';

export interface Services {
  readonly store: QueueStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly processes: ProcessTable;
  readonly confirmations: Confirmations;
  readonly owed: Owed;
  readonly undecided: Undecided;
  readonly references: ReferenceFiles;
  readonly waiters: Waiters;
  readonly ringer: Ringer;
  readonly push: Push;
  readonly rest: RestLook;
  readonly arrivals: Arrivals;
  readonly obstacles: Obstacles;
  readonly changes: Changes;
  readonly metrics: Metrics;
  readonly tmux: TmuxRegistry;
  readonly briefings: BriefingSources;
  readonly restarts: Restarts;
  readonly spool: Spool;
  readonly backups: Backups;
  readonly maintenance: Maintenance;
  readonly alerts: Alerts;
  readonly newNonce: () => string;
  /** In [0, 1). */
  readonly random: () => number;
  /** Aborts when the daemon was asked to stop: what waits is told, connections end with their answer. */
  readonly stopping: AbortSignal;
  /** `orqctl` as agents on this machine can run it, with the socket where that is not the default. */
  readonly orqctl: string;
  readonly about: {
    readonly config: Config;
    readonly startedAtMs: number;
    readonly hookClient: HookClientKind;
    readonly database: () => {
      journalMode: string;
      synchronous: number;
      sizeBytes: number;
      walBytes: number;
      isFull: boolean;
      lock: { forMs: number; pid: number | null; program: string | null } | null;
    };
  };
}
