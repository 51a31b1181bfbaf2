/** The real daemon as a process of its own, in a folder of the test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The executable, seen from the compiled tests. */
export const DAEMON = fileURLToPath(new URL('../../daemon/main.js', import.meta.url));

export interface DaemonOptions {
  /** Holds socket and state; its path is short, so that the socket's fits. */
  readonly folder: string;
  /** Added to an environment that holds nothing of the user's. */
  readonly env?: Readonly<Record<string, string>>;
  readonly words?: readonly string[];
  /** Program and words that run the daemon in their own place, as strace -D or nsenter do. */
  readonly under?: readonly string[];
  /** Whose process it is; the folder must be that user's. */
  readonly user?: { readonly uid?: number; readonly gid?: number };
}

export interface RunningDaemon extends AsyncDisposable {
  readonly socket: string;
  readonly stateDir: string;
  /** Of the process that runs now, or ran last. */
  readonly pid: number;
  /** Everything that it wrote to stderr so far, over all its lives. */
  log(): string;
  /** Resolves with the log as soon as it satisfies `enough`. */
  logged(enough: (log: string) => boolean): Promise<string>;
  /** Sends SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** Ends it without a chance to do anything; resolves when it is gone. */
  kill9(): Promise<void>;
  /** Starts it again on the same socket and state; stops it first where it runs. */
  restart(env?: Readonly<Record<string, string>>): Promise<void>;
}

/** Environment of a daemon in `folder`, and of every client that has to find it. */
export function daemonEnvironment(folder: string): Record<string, string> {
  const { PATH = '', HOME = folder, TMPDIR = folder, ORQ_TEST_RUN } = process.env;
  return {
    PATH,
    HOME,
    TMPDIR,
    ...(ORQ_TEST_RUN !== undefined && { ORQ_TEST_RUN }),
    ORQ_SOCKET: join(folder, 'orq.sock'),
    ORQ_STATE_DIR: join(folder, 'state'),
  };
}

/** Resolves when the daemon answers calls; rejects with its log where it ends before. */
export async function startDaemon({
  folder,
  env = {},
  words = [],
  under = [],
  user = {},
}: DaemonOptions): Promise<RunningDaemon> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let environment = { ...daemonEnvironment(folder), ...env };
  const { ORQ_SOCKET: socket = '', ORQ_STATE_DIR: stateDir = '' } = environment;
  const pieces: string[] = [];
  const log = (): string => pieces.join('');
  let child: ChildProcess;
  let gone: Promise<number | null>;

  async function start(): Promise<void> {
    const stdio = ['ignore', 'pipe', 'pipe'] as const;
    const [program = '', ...rest] = [...under, process.execPath, DAEMON, '--welcome', ...words];
    const started = spawn(program, rest, {
      ...user,
      env: environment,
      stdio: [...stdio],
    });
    child = started;
    gone = new Promise((resolve) => started.once('close', (code) => resolve(code)));
    started.stderr?.setEncoding('utf8').on('data', (piece: string) => {
      pieces.push(piece);
      started.emit('logged');
    });
    // The welcome comes at every log level, once the socket is open.
    let welcome = '';
    const ready = new Promise<boolean>((resolve) =>
      started.stdout?.setEncoding('utf8').on('data', (piece: string) => {
        welcome += piece;
        if (welcome.includes('is ready')) resolve(true);
      }),
    );
    if (!(await Promise.race([ready, gone.then(() => false)])))
      throw new Error(`orq-daemon ended with ${child.exitCode} before it was ready:\n${log()}`);
  }

  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    if (isRunning()) child.kill(signal);
    return gone;
  }

  await start();
  return {
    socket,
    stateDir,
    get pid() {
      return child.pid ?? 0;
    },
    log,
    logged: async (enough) => {
      while (!enough(log())) {
        if (!isRunning()) throw new Error(`orq-daemon ended before it logged that:\n${log()}`);
        await Promise.race([once(child, 'logged'), gone]);
      }
      return log();
    },
    stop: () => end('SIGTERM'),
    kill9: async () => void (await end('SIGKILL')),
    restart: async (added = {}) => {
      await end('SIGTERM');
      environment = { ...environment, ...added };
      await start();
    },
    [Symbol.asyncDispose]: async () => void (await end('SIGKILL')),
  };
}
