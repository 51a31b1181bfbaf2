/** The socket that a client talks to. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { OrqError } from '../src/protocol/errors.ts';
import { MAX_SOCKET_PATH_BYTES, socketPath } from '../src/protocol/places.ts';

/** The path given, else the one that the environment names.
 * @throws OrqError `socket_unusable` when it is longer than a Unix socket path may be. */
export function chooseSocket(given: string | undefined, env: NodeJS.ProcessEnv): string {
  const machine = { uid: process.getuid?.() ?? 0, home: homedir(), exists: existsSync };
  const socket = given || socketPath(env, machine);
  const bytes = Buffer.byteLength(socket);
  if (bytes <= MAX_SOCKET_PATH_BYTES) return socket;
  const fact = `${bytes} bytes, a Unix socket path holds ${MAX_SOCKET_PATH_BYTES}`;
  throw new OrqError('socket_unusable', `socket ${socket}: ${fact}`, { details: { socket, bytes } });
}
