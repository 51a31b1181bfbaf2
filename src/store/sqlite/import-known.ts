/** Which messages of an import are stored already: by an earlier import, by their senders, or because they came from here. */
import { createHash } from 'node:crypto';
import { OrqError } from '../../protocol/errors.ts';
import type { ExportedMessage } from '../../protocol/export-schemas.ts';
import type { MessageState } from '../../protocol/message.ts';
import type { Database } from './database.ts';

/** Rides on the primary key. */
const SELECT_IMPORTED = `SELECT message_id AS id FROM imported WHERE origin = @origin AND item = @item`;
const INSERT_IMPORTED = `
  INSERT INTO imported (origin, item, message_id, at_ms) VALUES (@origin, @item, @id, @nowMs) ON CONFLICT DO NOTHING`;

/** Rides on the primary keys. */
const SELECT_OWN = `
  SELECT message.id, state FROM message JOIN message_text ON message_text.message_id = message.id
   WHERE message.id = @id AND enqueued_at_ms = @enqueuedAtMs AND text = @text`;

/** Rides on the primary keys. */
const SELECT_STATE = `
  SELECT state FROM message WHERE id = @id
  UNION ALL
  SELECT state FROM message_tombstone WHERE id = @id`;

/** Rides on the primary key. */
const SELECT_TOMBSTONE = `SELECT id, state FROM message_tombstone WHERE id = @id`;

/** Rides on the primary key. */
const SELECT_KEY = `SELECT message_id AS id, fingerprint FROM idempotency_key WHERE address = @address AND key = @key`;
const INSERT_KEY = `
  INSERT INTO idempotency_key (address, key, message_id, fingerprint, at_ms)
  SELECT @address, @key, id, @fingerprint, enqueued_at_ms FROM message WHERE id = @id
      ON CONFLICT DO NOTHING`;
const INSERT_MEMBER = `INSERT INTO broadcast (address, key, message_id) VALUES (@address, @key, @id) ON CONFLICT DO NOTHING`;

interface Found {
  readonly id: number;
  readonly state: MessageState | null;
}

type OldId = number | string;

export interface KnownItems {
  /** What the message is known by: its id there, or its content where it has none. @throws OrqError bad_request where two have one id. */
  itemOf(message: ExportedMessage): string;
  /** @throws OrqError key_conflict where its key stands for another message here. */
  find(origin: string, item: string, message: ExportedMessage): Found | undefined;
  ledger(origin: string, item: string): number | undefined;
  enter(origin: string, item: string, id: number, nowMs: number): void;
  /** The id here of a message that had `old` there; null where it is not here. */
  idOf(origin: string, old: OldId | null): number | null;
  /** Keeps the key of a stored message, so that its sender may send it again. */
  keep(message: ExportedMessage, origin: string): void;
  stateOf(id: number | null): MessageState | null;
}

export function prepareImportKnown(
  db: Database,
  { ownOrigin }: { ownOrigin: () => string },
): { begin(): KnownItems } {
  const imported = db.prepare<{ origin: string; item: string }, { id: number }>(SELECT_IMPORTED);
  const insertImported = db.prepare<{ origin: string; item: string; id: number; nowMs: number }>(
    INSERT_IMPORTED,
  );
  const own = db.prepare<{ id: number; enqueuedAtMs: number; text: string }, Found>(SELECT_OWN);
  const selectState = db.prepare<{ id: number }, { state: MessageState }>(SELECT_STATE);
  const tombstone = db.prepare<{ id: number }, Found>(SELECT_TOMBSTONE);
  const selectKey = db.prepare<{ address: string; key: string }, { id: number; fingerprint: string }>(
    SELECT_KEY,
  );
  const insertKey = db.prepare<{ address: string; key: string; fingerprint: string; id: number }>(INSERT_KEY);
  const insertMember = db.prepare<{ address: string; key: string; id: number }>(INSERT_MEMBER);
  const stateOf = (id: number | null): MessageState | null =>
    id === null ? null : (selectState.get({ id })?.state ?? null);
  const withState = (id: number): Found => ({ id, state: stateOf(id) });

  function ownMessage({ id, enqueuedAtMs, text }: ExportedMessage): Found | undefined {
    if (typeof id !== 'number') return undefined;
    const stored = enqueuedAtMs === undefined ? undefined : own.get({ id, enqueuedAtMs, text });
    return stored ?? tombstone.get({ id });
  }

  function keyed({ key }: ExportedMessage): Found | undefined {
    const stored = key ? selectKey.get(key) : undefined;
    if (!stored || !key) return undefined;
    if (stored.fingerprint === key.fingerprint) return withState(stored.id);
    throw new OrqError(
      'key_conflict',
      `idempotency key "${key.key}": message ${stored.id} was stored under it with another body`,
      { details: { id: stored.id } },
    );
  }

  function begin(): KnownItems {
    const counts = new Map<string, number>();
    const seen = new Set<string>();
    const here = ownOrigin();
    const ledger = (origin: string, item: string): number | undefined => imported.get({ origin, item })?.id;
    const idOf = (origin: string, old: OldId | null): number | null => {
      if (old === null) return null;
      const isOwn = origin === here && typeof old === 'number' && stateOf(old) !== null;
      return ledger(origin, String(old)) ?? (isOwn ? old : null);
    };
    return {
      itemOf: (message) => {
        if (message.id !== undefined) {
          const item = String(message.id);
          if (seen.has(item)) throw new OrqError('bad_request', 'another message of the import has this id');
          seen.add(item);
          return item;
        }
        const content = createHash('sha256').update(JSON.stringify(message)).digest('base64url');
        const count = counts.get(content) ?? 0;
        counts.set(content, count + 1);
        return `${content}:${count}`;
      },
      find: (origin, item, message) => {
        const id = ledger(origin, item);
        if (id !== undefined) return withState(id);
        const { sameAs } = message;
        const same = sameAs ? idOf(sameAs.origin, sameAs.id) : null;
        if (same !== null) return withState(same);
        return (origin === here ? ownMessage(message) : undefined) ?? keyed(message);
      },
      ledger,
      enter: (origin, item, id, nowMs) => void insertImported.run({ origin, item, id, nowMs }),
      idOf,
      keep: ({ key, id: old }, origin) => {
        const id = idOf(origin, old ?? null);
        if (!key || id === null) return;
        insertKey.run({ ...key, id });
        for (const member of key.members ?? []) {
          const memberId = idOf(origin, member);
          if (memberId !== null) insertMember.run({ ...key, id: memberId });
        }
      },
      stateOf,
    };
  }
  return { begin };
}
