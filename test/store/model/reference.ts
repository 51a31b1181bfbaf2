/** The queue as docs/PROTOCOL.md describes it, in plain arrays: what a store does is compared with this. A verb that is refused throws. */
import type { MessageState } from '../../../src/protocol/message.ts';
import { die, end } from './reference-ends.ts';
import { mailOf, refuse } from './reference-refusal.ts';
import type { Lease, Mail, Queue } from './reference-state.ts';
import { settle, stopWaiting } from './reference-waiting.ts';

/** Failures after which a message is dead. */
const FAILURE_BUDGET = 5;

const isOneOf = (mail: Mail, ...states: MessageState[]): boolean => states.includes(mail.state);

/** What may be handed out to `agent` now, in its order. */
export function waiting(queue: Queue, agent: string): Mail[] {
  return queue.mail
    .filter((mail) => mail.agent === agent && mail.state === 'ready' && mail.expiresAtMs > queue.nowMs)
    .toSorted((a, b) => b.priority - a.priority || a.id - b.id);
}

export function lease(mail: Mail, to: Partial<Lease>): void {
  const nobody = { life: null, sessionId: null, turn: 0, injected: false, untilMs: Infinity };
  mail.lease = { ...nobody, requestId: null, partsLeft: null, ...to };
  mail.state = 'leased';
  mail.attempts += 1;
}

export interface Asked {
  readonly agent: string;
  readonly max: number;
  readonly visibilityMs: number;
  readonly requestId?: string;
  readonly ack: readonly { id: number; leaseToken: number }[];
}

/** The same request id gets the same messages while their leases live. */
export function dequeue(queue: Queue, { agent, max, visibilityMs, requestId, ack }: Asked): Mail[] {
  const again = queue.mail.filter(
    (mail) => requestId !== undefined && mail.lease?.requestId === requestId && mail.agent === agent,
  );
  if (again.length > 0) return again.toSorted((a, b) => b.priority - a.priority || a.id - b.id);
  for (const { id, leaseToken } of ack) acknowledge(queue, id, leaseToken);
  if (ack.length > 0) settle(queue);
  const next = waiting(queue, agent).slice(0, max);
  for (const mail of next) lease(mail, { untilMs: queue.nowMs + visibilityMs, requestId: requestId ?? null });
  return next;
}

function assertHolds(mail: Mail, token: number | undefined): void {
  if (token !== undefined && (mail.state !== 'leased' || mail.token !== token)) refuse('lease_lost');
}

export function acknowledge(queue: Queue, id: number, token?: number): MessageState {
  const mail = mailOf(queue, id);
  if (mail.state === 'delivered' && (token === undefined || token === mail.deliveredToken)) mail.open = null;
  else {
    assertHolds(mail, token);
    if (isOneOf(mail, 'dead', 'cancelled')) refuse('wrong_state');
    end(queue, mail, 'delivered');
    mail.receipts.push('seen');
  }
  return mail.state;
}

/** Ends a lease without proof. A failure counts, keeps the message back for 1, 4, 16, 64 seconds, and the last one kills. */
export function giveBack(queue: Queue, mail: Mail, failed: boolean, wishedMs = 0): void {
  if (failed) mail.failures += 1;
  const delayMs = failed ? Math.max(wishedMs, 1_000 * 4 ** (mail.failures - 1)) : wishedMs;
  const state = delayMs > 0 ? 'scheduled' : 'ready';
  Object.assign(mail, { state, lease: null, readyAtMs: queue.nowMs + delayMs });
  if (failed && mail.failures >= FAILURE_BUDGET) die(queue, mail);
}

export function requeue(
  queue: Queue,
  { id, leaseToken, delayMs, error }: { id: number; leaseToken?: number; delayMs?: number; error?: string },
): MessageState {
  const mail = mailOf(queue, id);
  assertHolds(mail, leaseToken);
  if (mail.state !== 'leased') refuse('wrong_state');
  giveBack(queue, mail, error !== undefined, delayMs);
  return mail.state;
}

/** Prolongs a consumer's lease, never shortens it. */
export function extend(
  queue: Queue,
  { id, leaseToken, visibilityMs }: { id: number; leaseToken?: number; visibilityMs: number },
): MessageState {
  const mail = mailOf(queue, id);
  assertHolds(mail, leaseToken);
  if (mail.lease?.life !== null) refuse('wrong_state');
  mail.lease.untilMs = Math.max(mail.lease.untilMs, queue.nowMs + visibilityMs);
  return mail.state;
}

/** A dead message goes back with its failures, its time to live and what held it back forgotten. */
export function redrive(queue: Queue, id: number): MessageState {
  const mail = mailOf(queue, id);
  if (mail.state !== 'dead') refuse('wrong_state');
  const state = mail.lane === null ? 'ready' : 'blocked';
  const fresh = {
    failures: 0,
    readyAtMs: queue.nowMs,
    expiresAtMs: Infinity,
    endedAtMs: Infinity,
    held: false,
  };
  Object.assign(mail, { state, ...fresh });
  settle(queue);
  return mail.state;
}

export function drop(queue: Queue, id: number): MessageState {
  const mail = mailOf(queue, id);
  if (mail.state !== 'dead') refuse('wrong_state');
  end(queue, mail, 'cancelled');
  return mail.state;
}

export function cancel(queue: Queue, id: number, force: boolean): MessageState {
  const mail = mailOf(queue, id);
  const mayHaveBeenRead = mail.lease !== null && (mail.lease.injected || mail.lease.life === null);
  if (mail.state === 'delivered' || (mayHaveBeenRead && !force)) refuse('wrong_state');
  end(queue, mail, 'cancelled');
  return mail.state;
}

export function done(queue: Queue, id: number): MessageState {
  const mail = mailOf(queue, id);
  if (!isOneOf(mail, 'leased', 'delivered')) refuse('wrong_state');
  sayDone(queue, mail);
  return mail.state;
}

export function sayDone(queue: Queue, mail: Mail): void {
  end(queue, mail, 'delivered');
  for (const kind of ['seen', 'done'] as const) if (!mail.receipts.includes(kind)) mail.receipts.push(kind);
}

/** The clock is set: all that is counted here is a span, and none gets longer or shorter. */
export function stepClock(queue: Queue, ms: number): void {
  queue.nowMs += ms;
  for (const mail of queue.mail) {
    mail.readyAtMs += ms;
    mail.expiresAtMs += ms;
    mail.awaitsUntilMs += ms;
    if (mail.lease) mail.lease.untilMs += ms;
  }
}

/** What only time moves. */
export function promote(queue: Queue): void {
  for (const mail of queue.mail) {
    const overdue = mail.lease !== null && mail.lease.untilMs <= queue.nowMs;
    const isDue = mail.state === 'scheduled' && mail.readyAtMs <= queue.nowMs;
    if (isOneOf(mail, 'ready', 'scheduled', 'blocked') && mail.expiresAtMs <= queue.nowMs) die(queue, mail);
    else if (isDue) Object.assign(mail, { state: mail.lane === null ? 'ready' : 'blocked', held: false });
    else if (overdue) giveBack(queue, mail, true);
  }
  stopWaiting(queue);
  settle(queue);
}

/** The client printed it: only now can an event prove it. Of parts the last counts. */
export function confirm(queue: Queue, id: number, token: number): void {
  const mail = queue.mail.find((each) => each.id === id);
  if (!mail?.lease || mail.lease.life === null || mail.token !== token || mail.lease.injected) return;
  mail.lease.injected = true;
  if (!mail.lease.partsLeft) mail.receipts.push('injected');
}

/** The connection ended without that word. */
export function notPrinted(queue: Queue, id: number, token: number): void {
  const mail = queue.mail.find((each) => each.id === id);
  if (mail?.lease && mail.token === token && !mail.lease.injected && mail.lease.life !== null)
    giveBack(queue, mail, false);
}

/** A start of the daemon: no connection lives that could confirm, and a message of which parts are left begins again. */
export function recover(queue: Queue): void {
  for (const mail of queue.mail)
    if (mail.lease && mail.lease.life !== null && (!mail.lease.injected || mail.lease.partsLeft))
      giveBack(queue, mail, false);
}
