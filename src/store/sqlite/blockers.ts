/** Why a blocked message waits: the ids of what must come before it. */
import type { MessageState } from '../../protocol/message.ts';
import type { Message } from '../../protocol/schemas.ts';
import { afterReason } from '../../queue/dependency.ts';
import { behindReason, standingBefore } from '../../queue/lane.ts';
import type { Database } from './database.ts';
import { messageFromRow, type MessageRow } from './message-row.ts';
import type { Order } from './order.ts';

/** Rides on the primary keys. */
const SELECT_AWAITED = `
  SELECT after_id AS id, ifnull(message.state, message_tombstone.state) AS state
    FROM dependency LEFT JOIN message ON message.id = after_id
    LEFT JOIN message_tombstone ON message_tombstone.id = after_id
   WHERE message_id = @id AND live = 1`;

export interface Blockers {
  /** A row as the contract shows it, with what blocks it. */
  shownFrom(row: MessageRow): Message;
}

export function prepareBlockers(db: Database, { order }: { order: Order }): Blockers {
  const selectAwaited = db.prepare<{ id: number }, { id: number; state: MessageState }>(SELECT_AWAITED);

  function reasonOf(row: MessageRow): string {
    if (row.awaits > 0) return afterReason(selectAwaited.all({ id: row.id }));
    if (row.held !== null || row.lane === null) return row.held ?? 'blocked';
    return behindReason(
      row.lane,
      Array.from(standingBefore(row, order.firstsOf(row.lane)), ({ id }) => id),
    );
  }

  return {
    shownFrom: (row) => {
      const message = messageFromRow(row);
      if (row.state !== 'blocked') return message;
      const nextTryMs = row.awaits > 0 ? row.dependencyUntilMs : null;
      return { ...message, waiting: { reason: reasonOf(row), sinceMs: row.enqueuedAtMs, nextTryMs } };
    },
  };
}
