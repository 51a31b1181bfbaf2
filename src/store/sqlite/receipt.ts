/** Receipts are added on evidence and never changed. */
import type { ReceiptKind } from '../../protocol/message.ts';
import type { Database } from './database.ts';

/** Rides on the primary key. */
const INSERT_RECEIPT = `
  INSERT INTO receipt (message_id, number, kind, at_ms, session_id, event)
  VALUES (@id, (SELECT ifnull(max(number), 0) + 1 FROM receipt WHERE message_id = @id), @kind, @nowMs, @sessionId, @event)`;

/** Rides on the primary key. */
const HAS_RECEIPT = `SELECT 1 FROM receipt WHERE message_id = @id AND kind = @kind`;

export interface NewReceipt {
  readonly id: number;
  readonly kind: Exclude<ReceiptKind, 'queued'>;
  readonly sessionId: string | null;
  readonly event: string | null;
  readonly nowMs: number;
}

export interface Receipts {
  add(receipt: NewReceipt): void;
  has(id: number, kind: NewReceipt['kind']): boolean;
}

export function prepareReceipts(db: Database): Receipts {
  const insert = db.prepare<NewReceipt>(INSERT_RECEIPT);
  const select = db.prepare<{ id: number; kind: string }>(HAS_RECEIPT);
  return {
    add: (receipt) => void insert.run(receipt),
    has: (id, kind) => select.get({ id, kind }) !== undefined,
  };
}
