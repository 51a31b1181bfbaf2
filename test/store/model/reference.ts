/** The queue as docs/PROTOCOL.md describes it, in plain arrays: what a store does is compared with this. A verb that is refused throws and is undone by `attempt`. */
import { OrqError } from '../../../src/protocol/errors.ts';
import type { MessageState } from '../../../src/protocol/message.ts';
import { GUESSED_IDS, unsent, type Lease, type Mail, type Queue } from './reference-state.ts';

/** Failures after which a message is dead. */
const FAILURE_BUDGET = 5;

/** Runs a verb; a refusal leaves no trace and is answered by its code. */
export function attempt<T>(queue: Queue, verb: () => T): { value: T } | { refused: string } {
  const before = structuredClone({ mail: queue.mail, lives: queue.lives });
  try {
    return { value: verb() };
  } catch (error) {
    if (!(error instanceof OrqError)) throw error;
    Object.assign(queue, before);
    return { refused: error.code };
  }
}

function refuse(code: 'key_conflict' | 'not_found' | 'wrong_state' | 'lease_lost'): never {
  throw new OrqError(code, 'the reference refuses');
}

export function mailOf(queue: Queue, id: number): Mail {
  return queue.mail.find((mail) => mail.id === id) ?? refuse('not_found');
}

export interface Letter {
  readonly agent: string;
  readonly text: string;
  readonly priority?: number;
  readonly delayMs?: number;
  readonly ttlMs?: number;
  readonly idempotencyKey?: string;
  readonly from?: string;
  readonly replyTo?: number;
}

/** Stores `letter` under `id`, unless its key had stored it before. */
export function enqueue(queue: Queue, letter: Letter, id: () => number) {
  const { agent, idempotencyKey: key = null, text, delayMs = 0, ttlMs = Infinity } = letter;
  const agentKnown = queue.known.includes(agent);
  const before = queue.mail.find((mail) => key !== null && mail.key === key && mail.address === agent);
  if (before && before.text !== text) refuse('key_conflict');
  if (before) return { id: before.id, agent, state: before.state, created: false, agentKnown };
  const question = letter.replyTo === undefined ? undefined : mailOf(queue, letter.replyTo);
  const readyAtMs = queue.nowMs + delayMs;
  const mail: Mail = {
    ...unsent(queue, agent),
    id: id(),
    key,
    text,
    from: letter.from ?? null,
    replyTo: letter.replyTo ?? null,
    priority: letter.priority ?? 0,
    expiresAtMs: readyAtMs + ttlMs,
    state: delayMs > 0 ? 'scheduled' : 'ready',
    readyAtMs,
  };
  queue.mail.push(mail);
  if (question && letter.from === question.agent && isOneOf(question, 'leased', 'delivered'))
    sayDone(question);
  return { id: mail.id, agent, state: mail.state, created: true, agentKnown };
}

/** It is given up; its sender is told where that is an agent, and where it was no notice itself. */
function die(queue: Queue, mail: Mail): void {
  mail.state = 'dead';
  if (mail.isNotice || mail.from === null || !queue.known.includes(mail.from)) return;
  const notice = { id: GUESSED_IDS + queue.mail.length, from: 'orq', replyTo: mail.id, isNotice: true };
  queue.mail.push({ ...unsent(queue, mail.from), ...notice });
}

const isOneOf = (mail: Mail, ...states: MessageState[]): boolean => states.includes(mail.state);

/** What may be handed out to `agent` now, in its order. */
export function waiting(queue: Queue, agent: string): Mail[] {
  return queue.mail
    .filter((mail) => mail.agent === agent && mail.state === 'ready' && mail.expiresAtMs > queue.nowMs)
    .toSorted((a, b) => b.priority - a.priority || a.id - b.id);
}

export function lease(mail: Mail, to: Partial<Lease>): void {
  const nobody = { life: null, sessionId: null, turn: 0, injected: false, untilMs: Infinity };
  mail.lease = { ...nobody, requestId: null, ...to };
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
  const next = waiting(queue, agent).slice(0, max);
  for (const mail of next) lease(mail, { untilMs: queue.nowMs + visibilityMs, requestId: requestId ?? null });
  return next;
}

function assertHolds(mail: Mail, token: number | undefined): void {
  if (token !== undefined && (mail.state !== 'leased' || mail.token !== token)) refuse('lease_lost');
}

export function settle(mail: Mail, state: MessageState): void {
  if (state === 'delivered' && mail.state !== 'delivered') mail.deliveredToken = mail.lease && mail.token;
  mail.state = state;
  mail.lease = null;
  mail.open = null;
}

export function acknowledge(queue: Queue, id: number, token?: number): MessageState {
  const mail = mailOf(queue, id);
  if (mail.state === 'delivered' && (token === undefined || token === mail.deliveredToken)) mail.open = null;
  else {
    assertHolds(mail, token);
    if (isOneOf(mail, 'dead', 'cancelled')) refuse('wrong_state');
    settle(mail, 'delivered');
    mail.receipts.push('seen');
  }
  return mail.state;
}

/** Ends a lease without proof. A failure counts, keeps the message back for 1, 4, 16, 64 seconds, and the last one kills. */
export function giveBack(queue: Queue, mail: Mail, failed: boolean, wishedMs = 0): void {
  if (failed) mail.failures += 1;
  const delayMs = failed ? Math.max(wishedMs, 1_000 * 4 ** (mail.failures - 1)) : wishedMs;
  settle(mail, delayMs > 0 ? 'scheduled' : 'ready');
  mail.readyAtMs = queue.nowMs + delayMs;
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

/** A dead message goes back with its failures and its time to live forgotten. */
export function redrive(queue: Queue, id: number): MessageState {
  const mail = mailOf(queue, id);
  if (mail.state !== 'dead') refuse('wrong_state');
  Object.assign(mail, { state: 'ready', failures: 0, expiresAtMs: Infinity });
  return mail.state;
}

export function drop(queue: Queue, id: number): MessageState {
  const mail = mailOf(queue, id);
  if (mail.state !== 'dead') refuse('wrong_state');
  settle(mail, 'cancelled');
  return mail.state;
}

export function cancel(queue: Queue, id: number, force: boolean): MessageState {
  const mail = mailOf(queue, id);
  const mayHaveBeenRead = mail.lease !== null && (mail.lease.injected || mail.lease.life === null);
  if (mail.state === 'delivered' || (mayHaveBeenRead && !force)) refuse('wrong_state');
  settle(mail, 'cancelled');
  return mail.state;
}

export function done(queue: Queue, id: number): MessageState {
  const mail = mailOf(queue, id);
  if (!isOneOf(mail, 'leased', 'delivered')) refuse('wrong_state');
  sayDone(mail);
  return mail.state;
}

function sayDone(mail: Mail): void {
  settle(mail, 'delivered');
  for (const kind of ['seen', 'done'] as const) if (!mail.receipts.includes(kind)) mail.receipts.push(kind);
}

/** The clock is set: all that is counted here is a span, and none gets longer or shorter. */
export function stepClock(queue: Queue, ms: number): void {
  queue.nowMs += ms;
  for (const mail of queue.mail) {
    mail.readyAtMs += ms;
    mail.expiresAtMs += ms;
    if (mail.lease) mail.lease.untilMs += ms;
  }
}

/** What only time moves. */
export function promote(queue: Queue): void {
  for (const mail of queue.mail) {
    const overdue = mail.lease !== null && mail.lease.untilMs <= queue.nowMs;
    if (isOneOf(mail, 'ready', 'scheduled') && mail.expiresAtMs <= queue.nowMs) die(queue, mail);
    else if (mail.state === 'scheduled' && mail.readyAtMs <= queue.nowMs) mail.state = 'ready';
    else if (overdue) giveBack(queue, mail, true);
  }
}

/** The client printed it: only now can an event prove it. */
export function confirm(queue: Queue, id: number, token: number): void {
  const mail = mailOf(queue, id);
  if (!mail.lease || mail.lease.life === null || mail.token !== token || mail.lease.injected) return;
  mail.lease.injected = true;
  mail.receipts.push('injected');
}

/** The connection ended without that word. */
export function notPrinted(queue: Queue, id: number, token: number): void {
  const mail = mailOf(queue, id);
  if (mail.lease && mail.token === token && !mail.lease.injected && mail.lease.life !== null)
    giveBack(queue, mail, false);
}

/** A start of the daemon: no connection lives that could confirm. */
export function recover(queue: Queue): void {
  for (const mail of queue.mail) if (mail.lease) notPrinted(queue, mail.id, mail.token);
}
