/** Tells systemd what becomes of the daemon (sd_notify(3)). Node has no datagram Unix sockets, so systemd's own program sends. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Log } from './logger.ts';

export interface Supervision {
  /** Where systemd listens; undefined where nothing supervises the daemon. */
  readonly socket: string | undefined;
  /** The longest silence that systemd takes for life, in milliseconds; undefined where it does not watch. */
  readonly watchdogMs: number | undefined;
}

/** Takes systemd's words out of `env`: a program that the daemon starts must not speak in its name. */
export function takeSupervision(env: NodeJS.ProcessEnv, pid: number): Supervision {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: usec, WATCHDOG_PID: watched } = env;
  delete env['NOTIFY_SOCKET'];
  delete env['WATCHDOG_USEC'];
  delete env['WATCHDOG_PID'];
  const isMine = watched === undefined || watched === String(pid);
  const watchdogMs = isMine && Number(usec) > 0 ? Number(usec) / 1_000 : undefined;
  return { socket: socket === '' ? undefined : socket, watchdogMs };
}

export interface Notifier {
  /** Sends assignments of sd_notify(3), after those before; resolves when systemd has read them, or could not be told. Never rejects. */
  tell(...assignments: string[]): Promise<void>;
}

/** systemd-notify itself gives up after 5 s; milliseconds. */
const PATIENCE_MS = 6_000;

/** A notifier that says nothing where there is no socket. */
export function openNotifier({ socket }: Supervision, env: NodeJS.ProcessEnv, log: Log): Notifier {
  if (socket === undefined) return { tell: async () => undefined };
  let last: Promise<void> = Promise.resolve();
  const send = async (assignments: readonly string[]): Promise<void> => {
    try {
      // It waits until systemd has read: a sender that is gone by then belongs to no unit, and is not heard.
      const child = spawn('systemd-notify', assignments, {
        env: { PATH: env['PATH'], NOTIFY_SOCKET: socket },
        stdio: 'ignore',
        timeout: PATIENCE_MS,
      });
      const [code] = (await once(child, 'close')) as [number | null];
      if (code !== 0) throw new Error(`systemd-notify ended with ${code ?? 'a signal'}`);
    } catch (error) {
      log.error({ event: 'supervisor_not_told', err: error }, 'systemd was not told: it may end the daemon');
    }
  };
  return {
    tell: (...assignments) => (last = last.then(() => send(assignments))),
  };
}

/** What a hangup asked for is done: systemd counts from the first word, whose time it compares with that of its signal. */
export function tellReload(notifier: Notifier): void {
  void notifier.tell('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1_000n}`);
  void notifier.tell('READY=1');
}
