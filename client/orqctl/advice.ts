/** What to do next about an error, in one line; only here does orq advise. */
import type { ErrorCode, OrqError } from '../../src/protocol/errors.ts';

type Advise = (details: Readonly<Record<string, unknown>>) => string | undefined;

const START = 'orq-daemon starts it, or npm start in a checkout; --socket or ORQ_SOCKET names another';
const WAY_BACK =
  'start orq-daemon, then again; where it cannot start, orqctl hooks uninstall --all takes the hooks out, and what waits stays in its database';
const LOG = "the daemon's standard error";

const ADVICE: Readonly<Partial<Record<ErrorCode, Advise>>> = {
  not_found: ({ nearest }) =>
    typeof nearest === 'string'
      ? `the nearest name is "${nearest}"`
      : 'orqctl list and orqctl agents show what there is',
  ambiguous_address: ({ candidates }) =>
    Array.isArray(candidates) ? `one of: ${candidates.join(', ')}` : 'the id that orqctl agents shows',
  key_conflict: ({ id }) => `another --key; ${showOf(id)} tells what this one stored`,
  wrong_state: ({ id, forcible, answerable, systemd, other, commands }) => {
    if (commands !== undefined) return commandsIn(commands);
    if (systemd === false) return 'run orq-daemon by hand, or under whatever starts programs here';
    if (other !== undefined)
      return `orqctl service uninstall${other === 'system' ? ' --system' : ', as that user'}`;
    if (systemd === true) return 'orqctl service status';
    if (answerable === false) return `orqctl done ${String(id)}, or orqctl send AGENT TEXT to somebody else`;
    return forcible === true
      ? '--force, if its agent may have read it already'
      : `${showOf(id)} tells its state`;
  },
  lease_lost: ({ id }) =>
    `${showOf(id)} tells who holds it now; without --lease-token the command acts as the operator`,
  too_large: () => 'put the text into a file that the agent can read, and send its path',
  forbidden: ({ commands }) => commandsIn(commands) ?? 'the owner of what is named there may do it',
  settings_file_damaged: () => 'mend the file; orq changes nothing in a file that it cannot read',
  unsupported_version: () => 'install the same version of orqctl and orq-daemon',
  unreachable: ({ errno, inDoubt, rollback }) => (rollback === true ? WAY_BACK : unreachable(errno, inDoubt)),
  timeout: () => 'orqctl status; the daemon may still have done what was asked, so look before you repeat it',
  receipt_missing: ({ id, state }) =>
    state === 'spooled'
      ? 'start orq-daemon, which takes it in from the spool; do not send it again'
      : `${showOf(id)} tells what it waits for; it stays stored, do not send it again`,
  shutting_down: () => 'again in a moment, the daemon is restarting',
  storage_busy: () => 'again in a moment; a program that holds the database open for writing delays it',
  storage_full: () => "free space on the disk of the daemon's state directory (orqctl status names it)",
  storage_failed: () => `${LOG} says more; then check the disk`,
  database_damaged: () => `restore a copy from the state directory's backups; ${LOG} says what is damaged`,
  database_newer: () => 'install the newer orq again, or restore the backup from before it',
  database_foreign: () => 'another ORQ_STATE_DIR: the file there belongs to another program',
  unsafe_permissions: () => "chmod 700 the socket's folder and take it back into your ownership",
  instance_running: () => 'orqctl status shows the daemon that runs',
  socket_unusable: () => 'a shorter path in --socket or ORQ_SOCKET',
  internal: () => `${LOG} says more; this is a fault of orq`,
};

export function adviceFor(error: OrqError): string | undefined {
  return ADVICE[error.code]?.(error.details ?? {});
}

function commandsIn(commands: unknown): string | undefined {
  return Array.isArray(commands) ? commands.join('; then ') : undefined;
}

function showOf(id: unknown): string {
  return typeof id === 'number' ? `orqctl show ${id}` : 'orqctl show ID';
}

function unreachable(errno: unknown, inDoubt: unknown): string {
  if (errno === 'EACCES') return 'run it as the user who owns the daemon, or name your own with --socket';
  if (inDoubt === true)
    return 'orqctl status; the daemon may have done what was asked, so look before you repeat it';
  return START;
}
