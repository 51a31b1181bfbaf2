/** The only place that runs tmux: by argument vector on a named socket, bounded in time, one call at a time per server. */
import { execFile } from 'node:child_process';
import { OrqError } from '../../src/protocol/errors.ts';

/** A tmux call that takes longer means a wedged server; milliseconds. */
const TIMEOUT_MS = 2_000;

const lastCall = new Map<string, Promise<unknown>>();

/** Runs tmux commands on the server behind `socket`, `input` on their stdin. Rejects with tmux's own words; never starts a server. */
export async function tmux(socket: string, args: readonly string[], input?: string): Promise<string> {
  const before = lastCall.get(socket) ?? Promise.resolve();
  const call = before.then(
    () => run(socket, args, input),
    () => run(socket, args, input),
  );
  lastCall.set(socket, call);
  try {
    return await call;
  } finally {
    if (lastCall.get(socket) === call) lastCall.delete(socket);
  }
}

/** What tmux 3.2 to 3.5 say where nobody listens behind the socket. */
const NOBODY = /no server running|No such file or directory|Connection refused|lost server|server exited/;

/** Whether a call was rejected because there is no server; one that does not answer in time is another matter. */
export function saysNobody(error: unknown): boolean {
  return error instanceof Error && !(error instanceof OrqError) && NOBODY.test(error.message);
}

/** Whether a call was rejected because the server did not answer in time: what it was to do may be done all the same. */
export function gotNoAnswer(error: unknown): boolean {
  return error instanceof OrqError && error.code === 'timeout';
}

/** tmux takes a trailing `;` of an argument for a command separator. */
export function literal(argument: string): string {
  return argument.endsWith(';') ? `${argument.slice(0, -1)}\\;` : argument;
}

/** As `tmux`, but starts the server where none is there; it becomes a child of nobody, in the surroundings of this process. */
export function tmuxStarting(socket: string, args: readonly string[]): Promise<string> {
  return run(socket, args, undefined, []);
}

/** What `tmux -V` says behind its name, as `3.4` or `next-3.6`; null where there is no tmux. */
export function tmuxVersion(): Promise<string | null> {
  return new Promise((resolve) => {
    execFile('tmux', ['-V'], { timeout: TIMEOUT_MS, encoding: 'utf8' }, (error, stdout) =>
      resolve(error ? null : stdout.trim().replace(/^tmux /, '')),
    );
  });
}

function run(
  socket: string,
  args: readonly string[],
  input?: string,
  first: readonly string[] = ['-N'],
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { timeout: TIMEOUT_MS, killSignal: 'SIGKILL' as const, encoding: 'utf8' as const };
    // Without -u and a UTF-8 locale tmux prints `_` for TAB and for every byte that is not ASCII; a service has no locale.
    const child = execFile(
      'tmux',
      [...first, '-u', '-S', socket, ...args],
      options,
      (error, stdout, stderr) => {
        if (error?.killed)
          reject(new OrqError('timeout', `tmux on ${socket}: no answer within ${TIMEOUT_MS} ms`));
        else if (error)
          reject(new Error(`tmux ${args[0] ?? ''} on ${socket}: ${stderr.trim() || error.message}`));
        else resolve(stdout);
      },
    );
    // A tmux that ends before it has read all says so by its exit.
    child.stdin?.on('error', () => undefined);
    if (input !== undefined) child.stdin?.end(input);
  });
}
