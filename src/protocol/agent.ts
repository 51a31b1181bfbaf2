/** The closed sets of agents and their sessions, and what a hook event says of them. */

export const HOOK_EVENTS = [
  'SessionStart',
  'UserPromptSubmit',
  'PostToolBatch',
  'Stop',
  'StopFailure',
  'PermissionRequest',
  'Notification',
  'PreCompact',
  'PostCompact',
  'SessionEnd',
] as const;
export type HookEventName = (typeof HOOK_EVENTS)[number];

/** How an agent gets its messages: its hooks pull them, or they are typed into its pane. */
export const DELIVERY_MODES = ['pull', 'push'] as const;
export type DeliveryMode = (typeof DELIVERY_MODES)[number];

export type SessionState = 'idle' | 'busy' | 'compacting' | 'failed' | 'needs_human' | 'ended';

/** At most one session is bound to an agent; any other in its pane or worktree is a guest: no mail, no proof, no waiter. */
export type Standing = 'bound' | 'guest' | 'ended';

/** A process that cannot be mistaken for a later one with the same pid. */
export interface ProcessId {
  readonly pid: number;
  /** Boot id and start time in clock ticks since boot, from /proc. */
  readonly start: string;
}

/** What an event says, without the client's words for it. */
export interface Observed {
  readonly event: HookEventName;
  readonly promptId: string | null;
  readonly subagent: boolean;
  /** A Notification that a dialog waits for somebody. */
  readonly needsHuman: boolean;
  /** SessionStart after a compaction: the same life goes on. */
  readonly compacted: boolean;
  /** The human asked for the compaction, which no turn survives; left out where nothing says so. */
  readonly turnOver?: boolean;
}
