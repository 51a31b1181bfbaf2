/** The socket that a client talks to. */
import { existsSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { assertSocketPath, socketPath } from '../src/protocol/socket-path.ts';

/** The path given, else the one that the environment names.
 * @throws OrqError `socket_unusable` when it is longer than a Unix socket path may be. */
export function chooseSocket(given: string | undefined, env: NodeJS.ProcessEnv): string {
  if (given) return assertSocketPath(given);
  const uid = process.getuid?.() ?? userInfo().uid;
  return socketPath({ HOME: homedir(), ...env }, uid, existsSync(`/run/user/${uid}`));
}
