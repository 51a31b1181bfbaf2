/** Where daemon and clients meet, and where the daemon keeps its state: one rule for both ends. */
import { isAbsolute, join } from 'node:path';
import { OrqError } from './errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** `sun_path` of Linux holds 108 bytes with its closing zero; libuv cuts a longer path in silence. */
export const MAX_SOCKET_PATH_BYTES = 107;

/** The socket that the environment names. `runUserExists`: whether the folder /run/user/UID is there.
 * @throws OrqError `socket_unusable` when the path is too long, `bad_setting` without a home. */
export function socketPath(env: Environment, uid: number, runUserExists: boolean): string {
  return assertSocketPath(env['ORQ_SOCKET'] || defaultSocketPath(env, uid, runUserExists));
}

/** The path as it came.
 * @throws OrqError `socket_unusable` when the kernel could not hold it. */
export function assertSocketPath(path: string): string {
  const bytes = Buffer.byteLength(path);
  if (bytes <= MAX_SOCKET_PATH_BYTES) return path;
  throw new OrqError(
    'socket_unusable',
    `socket ${path}: ${bytes} bytes, a Unix socket path holds ${MAX_SOCKET_PATH_BYTES}`,
    { details: { socket: path, bytes, maxBytes: MAX_SOCKET_PATH_BYTES } },
  );
}

/** The folder of database, lock, spool and backups.
 * @throws OrqError `bad_setting` without a home. */
export function stateDir(env: Environment): string {
  return env['ORQ_STATE_DIR'] || join(stateHome(env), 'orq');
}

function defaultSocketPath(env: Environment, uid: number, runUserExists: boolean): string {
  const runtime = absolute(env['XDG_RUNTIME_DIR']) ?? (runUserExists ? `/run/user/${uid}` : undefined);
  return join(runtime ?? stateHome(env), 'orq', 'orq.sock');
}

/** The base-directory rules ignore a relative value. */
function stateHome(env: Environment): string {
  const stated = absolute(env['XDG_STATE_HOME']);
  if (stated) return stated;
  if (!env['HOME']) throw new OrqError('bad_setting', 'neither HOME nor XDG_STATE_HOME is set');
  return join(env['HOME'], '.local', 'state');
}

function absolute(path: string | undefined): string | undefined {
  return path && isAbsolute(path) ? path : undefined;
}
