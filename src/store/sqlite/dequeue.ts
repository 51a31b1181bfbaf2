/** The plain verb for consumers without hooks: leases that live by a visibility timeout. */
import { DEFAULT_VISIBILITY_MS } from '../../protocol/message.ts';
import type { LeasedMessage, RequestOf } from '../../protocol/schemas.ts';
import type { AckVerb } from './ack.ts';
import type { Addresses } from './address.ts';
import type { Database } from './database.ts';
import type { Order } from './order.ts';

/** Rides on message_ready and the primary keys: what the next lease will hold, its token and its attempt included. A bound LIMIT that stands alone makes SQLite compile the statement anew at every run. */
const SELECT_NEXT = `
  SELECT message.id, lease_token + 1 AS leaseToken, agent, text, priority, sender AS "from", project, thread_id AS threadId,
         reply_to AS replyTo, attempts + 1 AS attempts, enqueued_at_ms AS enqueuedAtMs, @untilMs AS leaseUntilMs
    FROM message INDEXED BY message_ready JOIN message_text ON message_text.message_id = message.id
   WHERE agent = @agent AND state = 'ready' AND (expires_at_ms IS NULL OR expires_at_ms > @nowMs)
     AND NOT EXISTS (SELECT 1 FROM agent WHERE agent.id = @agent AND paused_at_ms IS NOT NULL)
   ORDER BY priority DESC, message.id LIMIT 0 + @max`;

/** Rides on the primary key; the guard makes sure that no lease is taken twice. */
const LEASE_TO_CONSUMER = `
  UPDATE message
     SET state = 'leased', attempts = attempts + 1, lease_token = lease_token + 1, leased_at_ms = @nowMs,
         lease_until_ms = @untilMs, lease_request_id = @requestId
   WHERE id = @id AND state = 'ready'`;

/** Rides on message_lease_request: what a request that comes again was given the first time. */
const SELECT_OF_REQUEST = `
  SELECT message.id, lease_token AS leaseToken, agent, text, priority, sender AS "from", project, thread_id AS threadId,
         reply_to AS replyTo, attempts, enqueued_at_ms AS enqueuedAtMs, lease_until_ms AS leaseUntilMs
    FROM message JOIN message_text ON message_text.message_id = message.id
   WHERE lease_request_id = @requestId AND agent = @agent`;

type Leased = Omit<LeasedMessage, 'mayHaveBeenSeen'>;

export type DequeueVerb = (request: Omit<RequestOf<'dequeue'>, 'waitMs'>, nowMs: number) => LeasedMessage[];

export function prepareDequeue(
  db: Database,
  { ack, addresses, order }: { ack: AckVerb; addresses: Addresses; order: Order },
): DequeueVerb {
  const selectNext = db.prepare<{ agent: string; max: number; nowMs: number; untilMs: number }, Leased>(
    SELECT_NEXT,
  );
  const lease = db.prepare<{ id: number; nowMs: number; untilMs: number; requestId: string | null }>(
    LEASE_TO_CONSUMER,
  );
  const ofRequest = db.prepare<{ requestId: string; agent: string }, Leased>(SELECT_OF_REQUEST);
  const marked = (messages: readonly Leased[]): LeasedMessage[] =>
    messages.map((message) => ({ ...message, mayHaveBeenSeen: message.attempts > 1 }));

  return (
    { agent: address, max = 1, visibilityMs = DEFAULT_VISIBILITY_MS, requestId, ack: finished = [] },
    nowMs,
  ) => {
    const { agent } = addresses.resolve(address);
    const before = requestId === undefined ? [] : ofRequest.all({ requestId, agent });
    if (before.length > 0) return marked(before.toSorted((a, b) => b.priority - a.priority || a.id - b.id));
    for (const lease of finished) ack.byHolder(lease, nowMs);
    if (finished.length > 0) order.settle(nowMs);
    const untilMs = nowMs + visibilityMs;
    const next = selectNext.all({ agent, max, nowMs, untilMs });
    for (const { id } of next) lease.run({ id, nowMs, untilMs, requestId: requestId ?? null });
    return marked(next);
  };
}
