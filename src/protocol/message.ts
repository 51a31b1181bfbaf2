/** The closed sets of a message: states with their legal moves, receipts, wake modes, priorities. */

/** From a state to the states that it may become. The migration repeats it as a trigger; a test compares the two. */
export const MOVES = {
  ready: ['leased', 'scheduled', 'delivered', 'dead', 'cancelled'],
  scheduled: ['ready', 'blocked', 'delivered', 'dead', 'cancelled'],
  blocked: ['ready', 'scheduled', 'delivered', 'dead', 'cancelled'],
  leased: ['ready', 'scheduled', 'delivered', 'dead', 'cancelled'],
  delivered: [],
  dead: ['ready', 'blocked', 'cancelled'],
  cancelled: [],
} as const;

export type MessageState = keyof typeof MOVES;
export const MESSAGE_STATES = Object.keys(MOVES) as MessageState[];

/** What is known of a delivery, weakest first; a receipt is added on evidence and never taken back. */
export const RECEIPTS = ['queued', 'injected', 'seen', 'done'] as const;
export type ReceiptKind = (typeof RECEIPTS)[number];

/** What can happen to a message, as the stream of changes names it: its receipts, and what its moves are called. */
export const CHANGE_KINDS = [
  ...RECEIPTS,
  'scheduled',
  'ready',
  'leased',
  'returned',
  'delivered',
  'dead',
  'cancelled',
  'redriven',
  'adopted',
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** `now` wakes an idle agent, `later` rides with its next hook. */
export const WAKES = ['now', 'later'] as const;
export type Wake = (typeof WAKES)[number];

/** Among which messages the order holds: those of one agent, or one line for all agents of a project, or for all there are. */
export const SCOPES = ['agent', 'project', 'global'] as const;
export type Scope = (typeof SCOPES)[number];

/** What becomes of a message when one that it waits for dies or is cancelled: it is dead too, it goes all the same, it goes on waiting. */
export const DEPENDENCY_POLICIES = ['fail', 'release', 'wait'] as const;
export type DependencyPolicy = (typeof DEPENDENCY_POLICIES)[number];

export const MIN_PRIORITY = -1_000_000;
export const MAX_PRIORITY = 1_000_000;

/** Lowest priority of each band, highest band first (0-9 normal, 10-49 high, 50-99 critical, 100+ emergency). */
export const PRIORITY_BANDS = { emergency: 100, critical: 50, high: 10, normal: MIN_PRIORITY } as const;

/** Longest text of a message, in bytes of its UTF-8 form. */
export const MAX_TEXT_BYTES = 1_048_576;

/** Failures after which a message is dead, where its sender named no other budget. */
export const MAX_FAILURES = 5;

/** How long a lease of a consumer without hooks lives unless extended, in milliseconds. */
export const DEFAULT_VISIBILITY_MS = 300_000;

/** What becomes of ticks of a schedule that passed while no daemon ran: nothing, or one message for all of them. */
export const CATCH_UPS = ['skip', 'once'] as const;
export type CatchUp = (typeof CATCH_UPS)[number];
