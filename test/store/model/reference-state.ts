/** What the reference knows: messages, the lives of clients, and what is remembered besides. */
import type { DependencyPolicy, MessageState, ReceiptKind } from '../../../src/protocol/message.ts';

export interface Lease {
  /** Key of the life that holds it; null: a consumer. */
  readonly life: number | null;
  readonly sessionId: string | null;
  /** The turn that carried it; null: what was given belongs to none, because it came with a start or was seen in part. */
  turn: number | null;
  injected: boolean;
  untilMs: number;
  readonly requestId: string | null;
  /** How many parts are to come; null: it was given whole. */
  partsLeft: number | null;
}

export interface Mail {
  /** Of a notice or a briefing a guess until it is observed. */
  id: number;
  readonly agent: string;
  readonly address: string;
  readonly key: string | null;
  text: string;
  readonly priority: number;
  readonly from: string | null;
  readonly replyTo: number | null;
  /** The conversation it stands in: the name of its first message, from the first reply on. */
  threadId: string | null;
  readonly enqueuedAtMs: number;
  /** By orq itself: what became of a message that died, or a briefing. */
  readonly isNotice: boolean;
  readonly isBriefing: boolean;
  expiresAtMs: number;
  state: MessageState;
  readyAtMs: number;
  /** When it became delivered, dead or cancelled. */
  endedAtMs: number;
  attempts: number;
  failures: number;
  /** Of the last lease and of those before it, as they were observed: tokens are compared, not foretold. */
  token: number;
  tokensBefore: number[];
  tokenOfAttempt: number;
  /** The lease under which it became delivered: an ack of its holder that comes again is answered like the first. */
  deliveredToken: number | null;
  lease: Lease | null;
  receipts: ReceiptKind[];
  /** Life and turn that saw it, while it is open. */
  open: { life: number | null; turn: number } | null;
  /** In whose order it stands besides its agent's. */
  readonly lane: string | null;
  /** Messages that it waits for. */
  awaits: number[];
  readonly policy: DependencyPolicy;
  /** When it waits for them no longer. */
  awaitsUntilMs: number;
  readonly hops: number;
  /** A flood holds it back: until its turn, or until somebody lets it go. */
  held: boolean;
}

/** One life of one client. */
export interface Life {
  readonly key: number;
  readonly sessionId: string;
  readonly pid: number;
  readonly agent: string;
  standing: 'bound' | 'guest' | 'ended';
  endedAtMs: number;
  state: 'idle' | 'busy' | 'compacting' | 'failed' | 'needs_human' | 'ended';
  prompt: string | null;
  turn: number;
  inTurn: boolean;
  continuations: number;
  hasProven: boolean;
  justStarted: boolean;
}

/** What may be sent in a minute, from one to one and to one from anybody, and over how many hops; 0: as much as one likes. */
export interface Caps {
  readonly pairPerMinute: number;
  readonly agentPerMinute: number;
  readonly maxHops: number;
}

/** What a sender may still send at once; below 0 are those that wait. */
export interface Bucket {
  readonly agent: string;
  /** Null: whoever sends. */
  readonly from: string | null;
  left: number;
  atMs: number;
}

/** How a forgotten message ended. */
export interface Tombstone {
  readonly id: number;
  readonly state: MessageState;
  readonly atMs: number;
}

export interface Queue {
  nowMs: number;
  mail: Mail[];
  lives: Life[];
  livesSoFar: number;
  tombstones: Tombstone[];
  caps: Caps;
  buckets: Bucket[];
  /** Agents that had been seen. */
  readonly known: readonly string[];
}

export function emptyQueue(nowMs: number, known: readonly string[]): Queue {
  return {
    nowMs,
    mail: [],
    lives: [],
    livesSoFar: 0,
    tombstones: [],
    caps: { pairPerMinute: 0, agentPerMinute: 0, maxHops: 0 },
    buckets: [],
    known,
  };
}

/** Above every id that is stored. */
const GUESSED_IDS = 1e9;

export const isGuessed = ({ id }: Mail): boolean => id >= GUESSED_IDS;

/** What orq itself sends: its id is learned when it is seen. */
export function sentByOrq(queue: Queue, agent: string, more: Partial<Mail>): void {
  const id = GUESSED_IDS + queue.mail.length;
  queue.mail.push({ ...unsent(queue, agent), id, from: 'orq', isNotice: true, ...more });
}

/** A message of nobody, with nothing in it. */
export function unsent(queue: Queue, agent: string): Mail {
  return {
    id: 0,
    agent,
    address: agent,
    key: null,
    text: '',
    from: null,
    replyTo: null,
    threadId: null,
    enqueuedAtMs: queue.nowMs,
    isNotice: false,
    isBriefing: false,
    priority: 0,
    expiresAtMs: Infinity,
    state: 'ready',
    readyAtMs: queue.nowMs,
    endedAtMs: Infinity,
    attempts: 0,
    failures: 0,
    token: 0,
    tokensBefore: [],
    tokenOfAttempt: 0,
    deliveredToken: null,
    lease: null,
    receipts: ['queued'],
    open: null,
    lane: null,
    awaits: [],
    policy: 'fail',
    awaitsUntilMs: Infinity,
    hops: 0,
    held: false,
  };
}

export const isOver = ({ state }: { state: MessageState }): boolean =>
  state === 'delivered' || state === 'dead' || state === 'cancelled';
