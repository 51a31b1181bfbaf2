/** A message as `orqctl show` prints it. */
import type { Receipt, ShownMessage, Waiting } from '../../src/protocol/schemas.ts';
import { STATE_MEANING } from './state-words.ts';
import type { Terminal } from './terminal.ts';
import { fromNow, localTime } from './times.ts';
import { visible, visibleLines } from './visible.ts';

const LABEL_WIDTH = 10;

export function shownMessage(message: ShownMessage, colors: Terminal['colors'], nowMs: number): string {
  const at = (atMs: number) => `${localTime(atMs)} (${fromNow(atMs, nowMs)})`;
  const facts: readonly (readonly [string, string | null])[] = [
    ['state', stateOf(message)],
    ['reason', message.reason && visible(message.reason)],
    ['waits for', message.waiting && waitingOf(message.waiting, at)],
    ['leased', message.lease && leaseOf(message.lease, at)],
    ['priority', `${message.priority}, sequence ${message.sequence}, wake ${message.wake}`],
    ['from', message.from === null ? null : visible(message.from)],
    ['project', message.project && visible(message.project)],
    ['scope', message.scope === 'agent' ? null : message.scope],
    ['after', afterOf(message, at)],
    ['thread', message.threadId && visible(message.threadId)],
    ['reply to', message.replyTo === null ? null : String(message.replyTo)],
    ['key', message.idempotencyKey && visible(message.idempotencyKey)],
    ['attempts', `${message.attempts}, failures ${message.failures}`],
    ['ready', message.state === 'scheduled' ? at(message.readyAtMs) : null],
    ['expires', message.expiresAtMs === null ? null : at(message.expiresAtMs)],
    ['ended', message.endedAtMs === null ? null : at(message.endedAtMs)],
    ...message.receipts.map((receipt) => [receipt.kind, receiptOf(receipt, at)] as const),
  ];
  return [
    colors.bold(`message ${message.id} to ${visible(message.agent)}`),
    ...facts.flatMap(([label, value]) => (value ? [`  ${label.padEnd(LABEL_WIDTH)} ${value}`] : [])),
    '',
    visibleLines(message.text),
  ].join('\n');
}

function stateOf({ state, open }: ShownMessage): string {
  return `${state}: ${STATE_MEANING[state]}${open ? ', still open' : ''}`;
}

function waitingOf({ reason, sinceMs, nextTryMs }: Waiting, at: (atMs: number) => string): string {
  const next = nextTryMs === null ? 'no next try planned' : `next try ${at(nextTryMs)}`;
  return `${visible(reason)}, since ${at(sinceMs)}; ${next}`;
}

function afterOf(
  { after, onDependencyFailure, dependencyUntilMs }: ShownMessage,
  at: (atMs: number) => string,
): string | null {
  if (after.length === 0) return null;
  const until = dependencyUntilMs === null ? '' : `, until ${at(dependencyUntilMs)} at most`;
  return `${after.join(', ')}; where one fails: ${onDependencyFailure}${until}`;
}

function leaseOf(lease: NonNullable<ShownMessage['lease']>, at: (atMs: number) => string): string {
  const parts = [
    `token ${lease.token}`,
    ...(lease.session ? [`session ${visible(lease.session)}`] : []),
    ...(lease.event
      ? [`${visible(lease.event)}${lease.injected ? ', printed' : ', not yet confirmed'}`]
      : []),
    ...(lease.partsLeft === null ? [] : [`${lease.partsLeft} parts left`]),
    `since ${at(lease.sinceMs)}`,
    ...(lease.untilMs === null ? [] : [`until ${at(lease.untilMs)}`]),
  ];
  return parts.join(', ');
}

function receiptOf({ atMs, session, event, byReference }: Receipt, at: (atMs: number) => string): string {
  const source = [
    session && `session ${visible(session)}`,
    event && visible(event),
    byReference && 'as a file',
  ]
    .filter(Boolean)
    .join(', ');
  return source ? `${at(atMs)}  ${source}` : at(atMs);
}
