/** The hook entries that orq writes: which events, which handlers, which timeouts. Installer, check and tests derive from this table. */

/** One handler in a settings file, in exec form: no shell reads it. Timeouts are seconds, as Claude Code counts them. */
export interface HookHandler {
  readonly type: 'command';
  readonly command: string;
  readonly args: readonly string[];
  readonly async?: true;
  readonly asyncRewake?: true;
  readonly timeout: number;
}

export interface HookGroup {
  readonly hooks: readonly HookHandler[];
}

/** What is written into every entry. */
export interface HookEntry {
  /** Absolute path of the hook client. */
  readonly command: string;
  /** Absolute path of the daemon's socket. */
  readonly socket: string;
  readonly agent: string | null;
}

/** Five times the hook client's own deadline: Claude Code's limit is for a machine that cannot even start the client. */
const CALL_TIMEOUT_S = 5;

/**
 * The largest SessionEnd timeout in settings files raises the 1.5 s that all SessionEnd hooks share, so anything above would let a
 * stranger's hook hold the exit longer than without orq. The client's own deadline at this event is 0.5 s.
 */
const SESSION_END_TIMEOUT_S = 1;

/** 20 days: a waiter that ends by timeout leaves its idle session deaf until the next prompt. */
const WAIT_TIMEOUT_S = 1_728_000;

/** The word that the waiter has in place of an event's name. */
export const WAIT = 'wait';

type Row = { readonly timeoutS: number; readonly wait: boolean };

const CALL: Row = { timeoutS: CALL_TIMEOUT_S, wait: false };
const CALL_AND_WAIT: Row = { timeoutS: CALL_TIMEOUT_S, wait: true };

export const HOOK_TABLE = {
  SessionStart: CALL_AND_WAIT,
  UserPromptSubmit: CALL_AND_WAIT,
  PostToolBatch: CALL,
  Stop: CALL_AND_WAIT,
  StopFailure: CALL,
  PermissionRequest: CALL,
  Notification: CALL,
  PreCompact: CALL,
  PostCompact: CALL,
  SessionEnd: { timeoutS: SESSION_END_TIMEOUT_S, wait: false },
} as const satisfies Record<string, Row>;

/** The group that each event gets, in the order of the table. */
export function hookGroups(entry: HookEntry): ReadonlyMap<string, HookGroup> {
  return new Map(Object.entries(HOOK_TABLE).map(([event, row]) => [event, groupOf(event, row, entry)]));
}

function groupOf(event: string, row: Row, { command, socket, agent }: HookEntry): HookGroup {
  const facts = ['--socket', socket, ...(agent === null ? [] : ['--agent', agent])];
  const call: HookHandler = { type: 'command', command, args: [event, ...facts], timeout: row.timeoutS };
  if (!row.wait) return { hooks: [call] };
  const wait: HookHandler = {
    type: 'command',
    command,
    args: [WAIT, ...facts],
    async: true,
    asyncRewake: true,
    timeout: WAIT_TIMEOUT_S,
  };
  return { hooks: [call, wait] };
}
