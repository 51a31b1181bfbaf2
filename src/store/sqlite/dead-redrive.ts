/** Takes dead letters back to where they were: ready, or to their place in a lane, with their failures forgotten. */
import type { ReplyOf, RequestOf } from '../../protocol/schemas.ts';
import type { Database } from './database.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { Order } from './order.ts';
import type { Settling } from './settle.ts';

/** Rides on the primary key. The time to live is over, and what held it back is too: whoever redrives the message wants it delivered. */
const REDRIVE = `
  UPDATE message
     SET state = CASE WHEN lane IS NULL THEN 'ready' ELSE 'blocked' END, ready_at_ms = @nowMs, expires_at_ms = NULL, held = NULL, failures = 0, ended_at_ms = NULL, reason = NULL
   WHERE id = @id AND state = 'dead'`;

export type DeadRedriveVerb = (request: RequestOf<'deadRedrive'>, nowMs: number) => ReplyOf<'deadRedrive'>;

export function prepareDeadRedrive(
  db: Database,
  { deadLetters, order, settling }: { deadLetters: DeadLetters; order: Order; settling: Settling },
): DeadRedriveVerb {
  const redrive = db.prepare<{ id: number; nowMs: number }>(REDRIVE);
  return (request, nowMs) => {
    const { messages, more } = deadLetters.chosen('redrive', request);
    for (const { id } of messages) {
      redrive.run({ id, nowMs });
      order.enter(id);
    }
    order.settle(nowMs);
    const moved = messages.map(({ id, agent }) => ({ id, agent, state: settling.read(id).state }));
    return { moved, more };
  };
}
