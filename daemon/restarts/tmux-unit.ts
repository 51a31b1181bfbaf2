/**
 * Starts a tmux server outside the daemon's own unit: a server born inside would have its sandbox, and die with it. A scope would not do: what
 * systemd-run starts in one is its own child and keeps all restrictions but the cgroup. A unit of its own is started by systemd itself.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { OrqError } from '../../src/protocol/errors.ts';
import { tmuxStarting } from '../tmux/tmux.ts';

const TIMEOUT_MS = 10_000;

/** What a shell in a window of the server wants to know, and systemd does not. */
const PASSED_ON = ['PATH', 'HOME', 'LANG', 'SHELL', 'USER', 'LOGNAME', 'XDG_RUNTIME_DIR'] as const;

/** Runs a tmux command that starts the server behind `socket`. @throws OrqError unreachable where that cannot be done outside. */
export async function startTmuxServer(
  socket: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  try {
    // Without a unit of its own the daemon has no sandbox that a server could inherit. The folder is one that a reboot takes away.
    if (env['INVOCATION_ID'] === undefined) {
      makeFolder(dirname(socket));
      await tmuxStarting(socket, words);
    } else {
      if (!existsSync(dirname(socket)))
        await inUnit('oneshot', ['mkdir', '-m', '0700', '--', dirname(socket)], env);
      await inUnit('forking', ['tmux', '-u', '-S', socket, ...words], env);
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `tmux on ${socket}: no server can be started outside the daemon's unit: ${why}`;
    throw new OrqError('unreachable', message, { cause: error });
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch {
    // It is there, or tmux says what is wrong with it.
  }
}

function inUnit(
  type: 'oneshot' | 'forking',
  command: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const uid = process.getuid?.() ?? 0;
  const isUsers = uid !== 0 || env['XDG_RUNTIME_DIR'] !== undefined;
  const own = isUsers ? { ...env, XDG_RUNTIME_DIR: env['XDG_RUNTIME_DIR'] ?? `/run/user/${uid}` } : env;
  const passed = PASSED_ON.flatMap((name) => {
    const value = own[name];
    return value === undefined ? [] : [`--setenv=${name}=${value}`];
  });
  const unit = ['--quiet', '--collect', '--description=tmux server of agents', `--service-type=${type}`];
  // The unit lasts as long as anything in it does, whichever process that is.
  const all = [
    ...(isUsers ? ['--user'] : []),
    ...unit,
    '--property=GuessMainPID=no',
    ...passed,
    '--',
    ...command,
  ];
  const options = {
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL' as const,
    encoding: 'utf8' as const,
    env: own,
  };
  return new Promise((resolve, reject) => {
    execFile('systemd-run', all, options, (error, _stdout, stderr) => {
      if (error) reject(new Error(stderr.trim() || error.message));
      else resolve();
    });
  });
}
