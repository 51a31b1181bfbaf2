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
  /** When the message was sent, where the verb knows it: how long the receipt took is then told. */
  readonly enqueuedAtMs?: number;
}

/** How long a receipt took. */
export interface Took {
  readonly id: number;
  readonly kind: NewReceipt['kind'];
  readonly ms: number;
}

export interface Receipts {
  add(receipt: NewReceipt): void;
  has(id: number, kind: NewReceipt['kind']): boolean;
  /** What was added since it was asked last. */
  taken(): readonly Took[];
}

export function prepareReceipts(db: Database): Receipts {
  const insert = db.prepare<Omit<NewReceipt, 'byReference' | 'enqueuedAtMs'> & { byReference: number }>(
    INSERT_RECEIPT,
  );
  const select = db.prepare<{ id: number; kind: string }>(HAS_RECEIPT);
  let added: Took[] = [];
  return {
    add: ({ byReference = false, enqueuedAtMs, ...receipt }) => {
      insert.run({ ...receipt, byReference: Number(byReference) });
      const { id, kind, nowMs } = receipt;
      if (enqueuedAtMs !== undefined) added.push({ id, kind, ms: Math.max(0, nowMs - enqueuedAtMs) });
    },
    taken: () => {
      const taken = added;
      if (taken.length > 0) added = [];
      return taken;
    },
    has: (id, kind) => select.get({ id, kind }) !== undefined,
  };
}
