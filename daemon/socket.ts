/** The socket file: a path that fits, no living daemon behind it, a mode for its owner alone. The instance lock is held before. */
import { lstatSync, mkdirSync, unlinkSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { dirname } from 'node:path';
import { once } from 'node:events';
import { OrqError } from '../src/protocol/errors.ts';
import { errorFromFolder } from '../src/protocol/folder-error.ts';
import { MAX_SOCKET_PATH_BYTES } from '../src/protocol/places.ts';

/** First descriptor that systemd hands over (sd_listen_fds(3)). */
const FIRST_INHERITED_FD = 3;

/**
 * Listens on the socket that systemd handed over, else on `path`.
 * @throws OrqError socket_unusable, instance_running.
 */
export async function listen(server: Server, path: string, env: NodeJS.ProcessEnv): Promise<void> {
  const inherited = takeInherited(env);
  if (!inherited) await makeWay(path);
  const umask = process.umask(0o177);
  try {
    const listening = once(server, 'listening');
    server.listen(inherited ? { fd: FIRST_INHERITED_FD } : { path });
    await listening;
  } catch (error) {
    throw new OrqError(
      'socket_unusable',
      `socket ${path}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  } finally {
    process.umask(umask);
  }
}

/** Whether systemd handed a socket over. Its words are taken out of `env`: what the daemon starts inherits no socket. */
function takeInherited(env: NodeJS.ProcessEnv): boolean {
  const inherited = env['LISTEN_PID'] === String(process.pid) && Number(env['LISTEN_FDS']) > 0;
  delete env['LISTEN_PID'];
  delete env['LISTEN_FDS'];
  delete env['LISTEN_FDNAMES'];
  return inherited;
}

/** @throws OrqError socket_unusable where the path is too long for the kernel. */
export function assertSocketPath(path: string): void {
  const bytes = Buffer.byteLength(path);
  if (bytes > MAX_SOCKET_PATH_BYTES) {
    throw new OrqError(
      'socket_unusable',
      `socket path ${path} has ${bytes} bytes, the kernel takes ${MAX_SOCKET_PATH_BYTES}`,
    );
  }
}

async function makeWay(path: string): Promise<void> {
  assertSocketPath(path);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw errorFromFolder("socket's folder", dirname(path), error);
  }
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isSocket())
    throw new OrqError('socket_unusable', `socket path ${path} is taken by something that is no socket`);
  if (found.uid !== process.getuid?.())
    throw new OrqError('socket_unusable', `socket ${path} belongs to user ${found.uid}`);
  if (!(await isStale(path))) throw new OrqError('instance_running', `another program listens on ${path}`);
  unlinkSync(path);
}

/** Only a refusal says that nobody listens: a full backlog, another kind of socket or a missing permission are signs of life. */
function isStale(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(false);
    });
    probe.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'ECONNREFUSED'));
  });
}
