/** Restart accounting: its closed sets, each word with its row in docs/RESTARTS.md, and the limits and verdicts that cross borders. */

export const RESTART_CAUSES = [
  'crashed',
  'pane_lost',
  'server_lost',
  'rebooted',
  'clean_exit',
  'closed',
  'stopped',
  'requested',
  'output_limit',
  'hung',
  'rate_limit',
  'overloaded',
  'authentication',
  'billing',
  'permission',
  'disk',
  'memory',
  'request',
  'unknown',
] as const;
export type RestartCause = (typeof RESTART_CAUSES)[number];

/** What became of it. Of the first four an agent has at most one: they are under way or in force. */
export const RESTART_OUTCOMES = [
  'waiting',
  'starting',
  'granted',
  'held',
  'restarted',
  'failed',
  'expired',
  'none',
  'released',
] as const;
export type RestartOutcome = (typeof RESTART_OUTCOMES)[number];

/** Restarts of one agent and outcome that an import may bring: their times are not known, so more tell nothing more. */
export const MAX_IMPORTED_RESTARTS = 500;

export interface RestartPolicy {
  /** False: nothing is started again, all is counted. */
  readonly isOn: boolean;
  /** At most so many restarts in `windowMs`. */
  readonly limit: number;
  readonly windowMs: number;
  /** The first pause; each further one doubles, up to `longestBackoffMs`. */
  readonly backoffMs: number;
  readonly longestBackoffMs: number;
  /** After so long without a restart the pauses begin anew. */
  readonly quietMs: number;
  /** Starts of this host that may be under way at once, and the pause of one that has to stand back. */
  readonly startsAtOnce: number;
  readonly staggerMs: number;
  /** A client that hangs is ended and started again. */
  readonly restartsHung: boolean;
}

export type RestartVerdict =
  | { readonly kind: 'restart' }
  | { readonly kind: 'after'; readonly afterMs: number; readonly reason: string }
  | { readonly kind: 'hold'; readonly reason: string; readonly untilMs: number | null }
  | { readonly kind: 'nothing'; readonly reason: string };

/** A hold of an agent whose client lives. */
export interface RestartHold {
  readonly cause: RestartCause;
  /** Null: until somebody or a turn ends it. */
  readonly untilMs: number | null;
}

/** `default`: as the daemon's settings say for all. */
export const RESTART_MODES = ['on', 'off', 'default'] as const;
export type RestartMode = (typeof RESTART_MODES)[number];
