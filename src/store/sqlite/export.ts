/** Reads messages for an export, a page at a time, each true at the moment of its page. */
import type { DependencyPolicy, MessageState, Wake } from '../../protocol/message.ts';
import type { ExportedMessage, ExportPage } from '../../protocol/export-schemas.ts';
import type { RequestOf } from '../../protocol/schemas.ts';
import { scopeOf } from '../../queue/lane.ts';
import type { Database } from './database.ts';

/** Rides on the primary keys. */
const COLUMNS = `
  message.id, agent, state, text, priority, sender AS "from", project, lane, on_dependency_failure AS onDependencyFailure,
         dependency_until_ms AS dependencyUntilMs, thread_id AS threadId, reply_to AS replyTo, wake, attempts, failures,
         enqueued_at_ms AS enqueuedAtMs, ready_at_ms AS readyAtMs, names_time AS namesTime, expires_at_ms AS expiresAtMs,
         ended_at_ms AS endedAtMs, reason, hops, held, notice, idempotency_key AS idempotencyKey, awaits`;

/** Rides on the primary key. */
const SELECT_ALL = `
  SELECT ${COLUMNS}
    FROM message JOIN message_text ON message_text.message_id = message.id
   WHERE message.id > @afterId AND message.id <= @untilId ORDER BY message.id LIMIT 0 + @limit`;

/** Walks message_ready, message_scheduled, message_blocked and message_leased: what waits may be sorted, it is what an operator looks at. */
const SELECT_UNDELIVERED = `
  SELECT ${COLUMNS}
    FROM message JOIN message_text ON message_text.message_id = message.id
   WHERE message.id IN (
           SELECT id FROM (
             SELECT id FROM message INDEXED BY message_ready WHERE state = 'ready'
             UNION ALL SELECT id FROM message INDEXED BY message_scheduled WHERE state = 'scheduled'
             UNION ALL SELECT id FROM message INDEXED BY message_blocked WHERE state = 'blocked'
             UNION ALL SELECT id FROM message INDEXED BY message_leased WHERE state = 'leased')
            WHERE id > @afterId AND id <= @untilId ORDER BY id LIMIT 0 + @limit)
   ORDER BY message.id`;

/** Walks the primary key backwards, one step. */
const SELECT_LAST = `SELECT id FROM message ORDER BY id DESC LIMIT 1`;

/** As many as one. */
const SELECT_ORIGIN = `SELECT name FROM origin`;

/** Rides on the primary key. */
const SELECT_AWAITED = `SELECT after_id AS id FROM dependency WHERE message_id = @id AND live = 1`;

/** Rides on idempotency_key_age: a key is as old as its message. */
const SELECT_KEY = `
  SELECT address, key, fingerprint, at_ms AS atMs FROM idempotency_key INDEXED BY idempotency_key_age
   WHERE at_ms = @enqueuedAtMs AND message_id = @id`;

/** Rides on the primary key. */
const SELECT_MEMBERS = `SELECT message_id AS id FROM broadcast WHERE address = @address AND key = @key ORDER BY message_id`;

/** Rides on the primary key. */
const SELECT_RECEIPTS = `SELECT kind, at_ms AS atMs, session_id AS session, event FROM receipt WHERE message_id = @id ORDER BY number`;

const DEFAULT_LIMIT = 500;

/** A page ends after the message that takes it over this: texts may have a megabyte each. */
const PAGE_CHARACTERS = 4 * 1024 * 1024;

interface Row {
  readonly id: number;
  readonly agent: string;
  readonly state: MessageState;
  readonly text: string;
  readonly priority: number;
  readonly from: string | null;
  readonly project: string | null;
  readonly lane: string | null;
  readonly onDependencyFailure: DependencyPolicy | null;
  readonly dependencyUntilMs: number | null;
  readonly threadId: string | null;
  readonly replyTo: number | null;
  readonly wake: Wake;
  readonly attempts: number;
  readonly failures: number;
  readonly enqueuedAtMs: number;
  readonly readyAtMs: number;
  readonly namesTime: number;
  readonly expiresAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly reason: string | null;
  readonly hops: number;
  readonly held: string | null;
  readonly notice: number;
  readonly idempotencyKey: string | null;
  readonly awaits: number;
}

type Key = NonNullable<ExportedMessage['key']>;
type Receipt = NonNullable<ExportedMessage['receipts']>[number];

export interface Exports {
  page(request: RequestOf<'exportPage'>): ExportPage;
  /** The name of this database. */
  origin(): string;
}

export function prepareExports(db: Database): Exports {
  const prepare = (sql: string) => db.prepare<{ afterId: number; untilId: number; limit: number }, Row>(sql);
  const all = prepare(SELECT_ALL);
  const undelivered = prepare(SELECT_UNDELIVERED);
  const last = db.prepare<[], { id: number }>(SELECT_LAST);
  const selectOrigin = db.prepare<[], { name: string }>(SELECT_ORIGIN);
  const awaited = db.prepare<{ id: number }, { id: number }>(SELECT_AWAITED);
  const selectKey = db.prepare<{ id: number; enqueuedAtMs: number }, Key>(SELECT_KEY);
  const members = db.prepare<{ address: string; key: string }, { id: number }>(SELECT_MEMBERS);
  const receipts = db.prepare<{ id: number }, Receipt>(SELECT_RECEIPTS);

  function keyOf(row: Row): Key | undefined {
    const key = row.idempotencyKey === null ? undefined : selectKey.get(row);
    if (!key?.address.startsWith('@')) return key;
    return { ...key, members: members.all(key).map(({ id }) => id) };
  }

  function exported(row: Row): ExportedMessage {
    const { lane, awaits, namesTime, notice, hops, held, attempts, ...rest } = row;
    const key = keyOf(row);
    const receipt = attempts > 0 || row.endedAtMs !== null ? receipts.all(row) : [];
    return {
      ...rest,
      attempts,
      scope: scopeOf(lane),
      ...(namesTime === 1 && { namesTime: true }),
      ...(notice === 1 && { notice: true }),
      ...(hops > 0 && { hops }),
      ...(held !== null && { held }),
      ...(awaits > 0 && { after: awaited.all(row).map(({ id }) => id) }),
      ...(key && { key }),
      ...(receipt.length > 0 && { receipts: receipt }),
    };
  }

  const origin = (): string => selectOrigin.get()?.name ?? '';
  return {
    origin,
    page: ({
      undelivered: only = false,
      afterId = 0,
      untilId = last.get()?.id ?? 0,
      limit = DEFAULT_LIMIT,
    }) => {
      const rows: Row[] = [];
      let characters = 0;
      for (const row of (only ? undelivered : all).iterate({ afterId, untilId, limit })) {
        rows.push(row);
        characters += row.text.length;
        if (characters > PAGE_CHARACTERS) break;
      }
      const isWhole = rows.length < limit && characters <= PAGE_CHARACTERS;
      const nextAfterId = isWhole ? null : (rows.at(-1)?.id ?? null);
      return { origin: origin(), untilId, nextAfterId, messages: rows.map(exported) };
    },
  };
}
