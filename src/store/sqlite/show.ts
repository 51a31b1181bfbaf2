/** One message with all that is known of its delivery. */
import { OrqError } from '../../protocol/errors.ts';
import type { Message, Receipt } from '../../protocol/schemas.ts';
import type { Database } from './database.ts';
import type { MessageRow } from './message-row.ts';
import type { Blockers } from './blockers.ts';

/** Rides on the primary key. */
const SELECT_MESSAGE = `SELECT * FROM message_row WHERE id = @id`;

/** Rides on the primary key. */
const SELECT_RECEIPTS = `SELECT kind, at_ms AS atMs, session_id AS session, event, by_reference AS byReference FROM receipt WHERE message_id = @id ORDER BY number`;

type Stored = Omit<Receipt, 'byReference'> & { readonly byReference: number };

export type ShowVerb = (id: number) => { message: Message; receipts: Receipt[] };

/** @throws OrqError not_found */
export function prepareShow(db: Database, { blockers }: { blockers: Blockers }): ShowVerb {
  const selectMessage = db.prepare<{ id: number }, MessageRow>(SELECT_MESSAGE);
  const selectReceipts = db.prepare<{ id: number }, Stored>(SELECT_RECEIPTS);
  return (id) => {
    const row = selectMessage.get({ id });
    if (!row) throw new OrqError('not_found', `message ${id}: not stored`);
    const queued: Receipt = { kind: 'queued', atMs: row.enqueuedAtMs, session: null, event: null };
    const receipts = selectReceipts
      .all({ id })
      .map(({ byReference, ...receipt }) =>
        byReference === 1 ? { ...receipt, byReference: true } : receipt,
      );
    return { message: blockers.shownFrom(row), receipts: [queued, ...receipts] };
  };
}
