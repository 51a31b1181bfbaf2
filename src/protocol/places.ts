/** Where daemon and clients meet: the socket and the state directory, by one rule for all. */

type Environment = Readonly<Record<string, string | undefined>>;

/** Longest path a Unix socket can have on Linux, in bytes; the kernel's interface cuts a longer one silently. */
export const MAX_SOCKET_PATH_BYTES = 107;

export interface Machine {
  readonly uid: number;
  readonly home: string;
  readonly exists: (path: string) => boolean;
}

/** `ORQ_SOCKET`, else below the user's runtime folder, else (no login session, as in a container) in the state directory. */
export function socketPath(env: Environment, { uid, home, exists }: Machine): string {
  if (env['ORQ_SOCKET']) return env['ORQ_SOCKET'];
  if (env['XDG_RUNTIME_DIR']?.startsWith('/')) return `${env['XDG_RUNTIME_DIR']}/orq/orq.sock`;
  const runtime = `/run/user/${uid}`;
  if (exists(runtime)) return `${runtime}/orq/orq.sock`;
  return `${xdgStateHome(env, home)}/orq/orq.sock`;
}

/** Where the service of the machine listens, for the one user to whom the folder belongs. */
const MACHINE_FOLDER = '/run/orq';
export const MACHINE_SOCKET = `${MACHINE_FOLDER}/orq.sock`;

/** Of a client that was told nothing: the user's own daemon's, else that of the machine's service where it serves this user. A stopped service counts: its spool is told beside its socket. */
export function clientSocketPath(
  env: Environment,
  machine: Machine & { readonly owns: (folder: string) => boolean },
): string {
  const own = socketPath(env, machine);
  if (env['ORQ_SOCKET'] || machine.exists(own) || !machine.owns(MACHINE_FOLDER)) return own;
  return MACHINE_SOCKET;
}

export function stateDir(env: Environment, home: string): string {
  return env['ORQ_STATE_DIR'] || `${xdgStateHome(env, home)}/orq`;
}

/** Below a state directory: the settings file, alone in its folder, so that whoever watches it is not told of each write to the database. */
export const SETTINGS_PATH = ['config', 'settings.jsonc'] as const;

/** Beside a socket: the path of the spool of the daemon that listened there last, for clients that know its socket alone. */
export function spoolNote(socket: string): string {
  return `${socket}.spool`;
}

/** Beside a socket: one byte for each event whose hook client found no daemon there. */
export function missedNote(socket: string): string {
  return `${socket}.missed`;
}

function xdgStateHome(env: Environment, home: string): string {
  return env['XDG_STATE_HOME']?.startsWith('/')
    ? env['XDG_STATE_HOME']
    : `${env['HOME'] || home}/.local/state`;
}
