/** Tells a person, through a command of the user's: whoever notices something calls `alert` and goes on. */
import { hostname } from 'node:os';
import type { Clock } from '../../src/queue/clock.ts';
import type { Config } from '../config.ts';
import type { Log } from '../logger.ts';
import { runAlertCommand } from './command.ts';
import { openFlow } from './flow.ts';
import type { AlertFields, AlertKind } from './kinds.ts';

export interface Alerts {
  /** Logs it, and runs the command where one is set; at once, and in turn. */
  alert(kind: AlertKind, fields: AlertFields): void;
}

export interface OpenAlerts extends Alerts, AsyncDisposable {}

export interface AlertParts {
  readonly config: Pick<Config, 'alertCommand' | 'alertPauseMs' | 'stateDir'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Commands that wait for their turn; what comes on top is in the log alone. */
const MOST_WAITING = 50;

/** How long the end of the daemon waits for commands that run; milliseconds. */
const FAREWELL_MS = 2_000;

export function openAlerts({ config, clock, log }: AlertParts): OpenAlerts {
  const flow = openFlow();
  const end = new AbortController();
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;

  async function run(alert: { readonly kind: AlertKind }): Promise<void> {
    try {
      if (!end.signal.aborted) await runAlertCommand(config.alertCommand, alert, end.signal);
    } catch (error) {
      log.error({ event: 'alert_failed', kind: alert.kind, err: error }, 'the alert command failed');
    } finally {
      waiting -= 1;
    }
  }

  return {
    alert: (kind, fields) => {
      const suppressed = flow.pass(kind, fields.subject, config.alertPauseMs, clock.steadyMs());
      if (suppressed === null) return;
      log.warn({ event: 'alert', kind, ...fields }, 'alert');
      if (config.alertCommand === '' || waiting >= MOST_WAITING) return;
      waiting += 1;
      const about = { kind, atMs: clock.nowMs(), host: hostname(), stateDir: config.stateDir, suppressed };
      const told = { ...about, ...fields };
      last = last.then(() => run(told));
    },
    [Symbol.asyncDispose]: async () => {
      const deadline = setTimeout(() => end.abort(), FAREWELL_MS);
      await last;
      clearTimeout(deadline);
    },
  };
}
