/** What the reference knows: messages and the lives of clients. */
import type { MessageState, ReceiptKind } from '../../../src/protocol/message.ts';

export interface Lease {
  /** Key of the life that holds it; null: a consumer. */
  readonly life: number | null;
  readonly sessionId: string | null;
  /** The turn that carried it. */
  readonly turn: number;
  injected: boolean;
  untilMs: number;
  readonly requestId: string | null;
}

export interface Mail {
  /** Of a notice a guess until it is observed. */
  id: number;
  readonly agent: string;
  readonly address: string;
  readonly key: string | null;
  text: string;
  readonly priority: number;
  readonly from: string | null;
  readonly replyTo: number | null;
  readonly enqueuedAtMs: number;
  /** By orq itself, to the sender of a message that died. */
  readonly isNotice: boolean;
  expiresAtMs: number;
  state: MessageState;
  readyAtMs: number;
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
}

/** One life of one client. */
export interface Life {
  readonly key: number;
  readonly sessionId: string;
  readonly pid: number;
  readonly agent: string;
  standing: 'bound' | 'guest' | 'ended';
  state: 'idle' | 'busy' | 'compacting' | 'failed' | 'needs_human' | 'ended';
  prompt: string | null;
  turn: number;
  inTurn: boolean;
  continuations: number;
  hasProven: boolean;
  justStarted: boolean;
}

export interface Queue {
  nowMs: number;
  mail: Mail[];
  lives: Life[];
  /** Agents that had been seen. */
  readonly known: readonly string[];
}

export function emptyQueue(nowMs: number, known: readonly string[]): Queue {
  return { nowMs, mail: [], lives: [], known };
}

/** Above every id that is stored. */
export const GUESSED_IDS = 1e9;

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
    enqueuedAtMs: queue.nowMs,
    isNotice: false,
    priority: 0,
    expiresAtMs: Infinity,
    state: 'ready',
    readyAtMs: queue.nowMs,
    attempts: 0,
    failures: 0,
    token: 0,
    tokensBefore: [],
    tokenOfAttempt: 0,
    deliveredToken: null,
    lease: null,
    receipts: ['queued'],
    open: null,
  };
}
