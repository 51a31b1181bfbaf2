/** The socket that a client talks to. */
import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { OrqError } from '../src/protocol/errors.ts';
import { clientSocketPath, MAX_SOCKET_PATH_BYTES, socketPath } from '../src/protocol/places.ts';

const uid = process.getuid?.() ?? 0;
const machine = { uid, home: homedir(), exists: existsSync, owns: ownsFolder };

/** The path given, else the one that the environment names, else that of a daemon of this user's.
 * @throws OrqError `socket_unusable` when it is longer than a Unix socket path may be. */
export function chooseSocket(given: string | undefined, env: NodeJS.ProcessEnv): string {
  return whole(given || clientSocketPath(env, machine));
}

/** Where a daemon that this user starts listens, whatever else serves the user now. @throws OrqError as above. */
export function ownSocket(given: string | undefined, env: NodeJS.ProcessEnv): string {
  return whole(given || socketPath(env, machine));
}

function whole(socket: string): string {
  const bytes = Buffer.byteLength(socket);
  if (bytes <= MAX_SOCKET_PATH_BYTES) return socket;
  const fact = `${bytes} bytes, a Unix socket path holds ${MAX_SOCKET_PATH_BYTES}`;
  throw new OrqError('socket_unusable', `socket ${socket}: ${fact}`, { details: { socket, bytes } });
}

function ownsFolder(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === uid;
}
