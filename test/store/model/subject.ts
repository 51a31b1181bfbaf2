/** What is compared with the reference: a queue behind its port, or behind the daemon's socket. */

import type { Counts, Enqueued, Message, Receipt } from '../../../src/protocol/schemas.ts';
import type { NewMessage } from '../../../src/protocol/new-message.ts';
import type { Asked } from './reference.ts';
import type { Caps, Queue } from './reference-state.ts';
import type { Said } from './reference-lives.ts';

/** What a hook event handed out. */
export interface Given {
  readonly messages: readonly { id: number; mayHaveBeenSeen: boolean }[];
  /** The client says that it printed this. */
  confirm(): Promise<void>;
  /** Its connection ends without that word. */
  lose(): Promise<void>;
}

export interface Subject {
  enqueue(messages: readonly NewMessage[]): Promise<Enqueued[]>;
  dequeue(request: Asked): Promise<readonly { id: number; leaseToken: number; mayHaveBeenSeen: boolean }[]>;
  event(said: Said): Promise<Given>;
  ack(request: { id: number; leaseToken?: number }): Promise<{ state: string }>;
  requeue(request: Requeue): Promise<{ state: string }>;
  /** Without `leaseUntilMs` where the clock is nobody's to know. */
  extend(request: {
    id: number;
    leaseToken?: number;
    visibilityMs: number;
  }): Promise<{ state: string; leaseUntilMs?: number }>;
  redrive(id: number): Promise<{ state: string }>;
  drop(id: number): Promise<{ state: string }>;
  cancel(request: { id: number; force: boolean }): Promise<{ state: string }>;
  done(request: { id: number }): Promise<{ state: string }>;
  /** A process that nobody had. */
  newPid(): number;
  /** Every session of this process died, and it was noticed. */
  die(pid: number): Promise<void>;
  pass(ms: number): Promise<void>;
  /** The wall clock is set by `ms`. */
  step(ms: number): Promise<void>;
  promote(): Promise<void>;
  /** Forgets what ended longer ago than `retentionMs`, after `ms` have passed. */
  prune(ms: number, retentionMs: number): Promise<void>;
  setCaps(caps: Caps): Promise<void>;
  release(request: { id: number }): Promise<{ state: string }>;
  /** Where time passes by itself: waits until all that is scheduled has become ready, and says so in the queue. */
  ripen(queue: Queue): Promise<void>;
  restart(): Promise<void>;
  list(): Promise<Message[]>;
  receipts(id: number): Promise<Receipt[]>;
  counts(agent?: string): Promise<Counts>;
  bound(agent: string): Promise<{ sessionId: string; state: string } | null>;
}

export interface Requeue {
  readonly id: number;
  readonly leaseToken?: number;
  readonly delayMs?: number;
  readonly error?: string;
}

export function onlyOf<T>(all: readonly T[]): T {
  const [first, ...more] = all;
  if (first === undefined || more.length > 0) throw new Error(`one was meant, ${all.length} moved`);
  return first;
}
