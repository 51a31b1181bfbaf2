/** Starts a tmux server outside the daemon's own unit: a server born inside would have its sandbox, and die with it. */
import { execFile } from 'node:child_process';
import { OrqError } from '../../src/protocol/errors.ts';
import { tmuxStarting } from '../tmux/tmux.ts';

const TIMEOUT_MS = 10_000;

/** Runs a tmux command that starts the server behind `socket`. @throws OrqError unreachable where that cannot be done outside. */
export async function startTmuxServer(socket: string, words: readonly string[]): Promise<void> {
  try {
    // Without a unit of its own the daemon has no sandbox that a server could inherit.
    if (process.env['INVOCATION_ID'] === undefined) await tmuxStarting(socket, words);
    else await inScope(['tmux', '-u', '-S', socket, ...words]);
  } catch (error) {
    const message = `tmux on ${socket}: no server can be started outside the daemon's unit`;
    throw new OrqError('unreachable', message, { cause: error });
  }
}

function inScope(command: readonly string[]): Promise<void> {
  const isUser = process.getuid?.() !== 0 || process.env['XDG_RUNTIME_DIR'] !== undefined;
  const words = [...(isUser ? ['--user'] : []), '--scope', '--quiet', '--collect', '--', ...command];
  const options = { timeout: TIMEOUT_MS, killSignal: 'SIGKILL' as const, encoding: 'utf8' as const };
  return new Promise((resolve, reject) => {
    execFile('systemd-run', words, options, (error, _stdout, stderr) => {
      if (error) reject(new Error(stderr.trim() || error.message));
      else resolve();
    });
  });
}
