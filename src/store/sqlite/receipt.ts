/** Receipts are added on evidence and never changed. */
import type { ReceiptKind } from '../../protocol/message.ts';
import type { Database } from './database.ts';

/** Rides on the primary key. */
const INSERT_RECEIPT = `
  INSERT INTO receipt (message_id, number, kind, at_ms, session_id, event, by_reference)
  VALUES (@id, (SELECT ifnull(max(number), 0) + 1 FROM receipt WHERE message_id = @id), @kind, @nowMs, @sessionId, @event, @byReference)`;

/** Rides on the primary key. */
const HAS_RECEIPT = `SELECT 1 FROM receipt WHERE message_id = @id AND kind = @kind`;

export interface NewReceipt {
  readonly id: number;
  readonly kind: Exclude<ReceiptKind, 'queued'>;
  readonly sessionId: string | null;
  readonly event: string | null;
  readonly nowMs: number;
  /** What was printed names the file that holds the text. */
  readonly byReference?: boolean;
}

export interface Receipts {
  add(receipt: NewReceipt): void;
  has(id: number, kind: NewReceipt['kind']): boolean;
}

export function prepareReceipts(db: Database): Receipts {
  const insert = db.prepare<Omit<NewReceipt, 'byReference'> & { byReference: number }>(INSERT_RECEIPT);
  const select = db.prepare<{ id: number; kind: string }>(HAS_RECEIPT);
  return {
    add: ({ byReference = false, ...receipt }) =>
      void insert.run({ ...receipt, byReference: Number(byReference) }),
    has: (id, kind) => select.get({ id, kind }) !== undefined,
  };
}
