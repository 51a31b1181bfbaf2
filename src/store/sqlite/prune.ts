/**
 * Forgets messages whose retention is over, a few in a step, and gives back the space of the database that nothing needs any more. A walk over
 * all that is old enough passes over what must stay; after its end it rests.
 */
import { mayPrune, type Ended } from '../../queue/retention.ts';
import type { Database } from './database.ts';

/** Messages of a state in one step: some milliseconds of the writer. */
const BATCH = 100;

/** Between the end of a walk and the next one; milliseconds. */
const REST_MS = 30_000;

/** Free pages are used again. Only where they are a quarter of the file, and more than a MiB, so many go back in one step. */
const FREE_PAGES_KEPT = 256;

type State = 'delivered' | 'dead' | 'cancelled';

/** Rides on message_delivered. */
const AGED_DELIVERED = `
  SELECT id, 'delivered' AS state, enqueued_at_ms AS enqueuedAtMs, ended_at_ms AS endedAtMs, open, idempotency_key IS NOT NULL AS keyed
    FROM message
   WHERE state = 'delivered' AND ended_at_ms BETWEEN @fromMs AND @untilMs AND (ended_at_ms > @fromMs OR id > @fromId)
   ORDER BY ended_at_ms, id LIMIT ${BATCH}`;

/** Rides on message_buried. */
const AGED_DEAD = `
  SELECT id, 'dead' AS state, enqueued_at_ms AS enqueuedAtMs, ended_at_ms AS endedAtMs, open, idempotency_key IS NOT NULL AS keyed
    FROM message
   WHERE state = 'dead' AND ended_at_ms BETWEEN @fromMs AND @untilMs AND (ended_at_ms > @fromMs OR id > @fromId)
   ORDER BY ended_at_ms, id LIMIT ${BATCH}`;

/** Rides on message_buried. */
const AGED_CANCELLED = `
  SELECT id, 'cancelled' AS state, enqueued_at_ms AS enqueuedAtMs, ended_at_ms AS endedAtMs, open, idempotency_key IS NOT NULL AS keyed
    FROM message
   WHERE state = 'cancelled' AND ended_at_ms BETWEEN @fromMs AND @untilMs AND (ended_at_ms > @fromMs OR id > @fromId)
   ORDER BY ended_at_ms, id LIMIT ${BATCH}`;

/** Rides on the primary key and dependency_live. A dead letter may have been redriven since it was found, or another may wait for it still. */
const DELETE_MESSAGE = `
  DELETE FROM message
   WHERE id = @id AND state = @state AND ended_at_ms = @endedAtMs AND open = 0
     AND NOT EXISTS (SELECT 1 FROM dependency INDEXED BY dependency_live WHERE after_id = @id AND live = 1)`;

const INSERT_TOMBSTONE = `INSERT INTO message_tombstone (id, state, pruned_at_ms) VALUES (@id, @state, @nowMs)`;

/** Rides on the primary key. */
const DELETE_TEXT = `DELETE FROM message_text WHERE message_id = @id`;

/** Rides on idempotency_key_age: a key is as old as its message. */
const DELETE_KEY = `DELETE FROM idempotency_key WHERE at_ms = @enqueuedAtMs AND message_id = @id`;

export interface Aged extends Omit<Ended, 'open' | 'keyed'> {
  readonly id: number;
  readonly state: State;
}

export interface Pruning {
  /** The next messages of the walk that may go; their removal is the caller's, in a transaction. */
  next(retentionMs: number, nowMs: number): Aged[];
  /** Removes those that may still go; how each ended stays, for messages that are to wait for it. */
  remove(aged: readonly Aged[], nowMs: number): void;
  /** Whether all has been walked over, and the next walk is not due. */
  rests(nowMs: number): boolean;
  /** Whether so much of the file is free that some goes back. */
  hasSpace(): boolean;
  giveBackSpace(): void;
}

export function preparePruning(db: Database): Pruning {
  const walks = [AGED_DELIVERED, AGED_DEAD, AGED_CANCELLED].map((sql) => walkOver(db, sql));
  const deleteMessage = db.prepare<Aged>(DELETE_MESSAGE);
  const insertTombstone = db.prepare<{ id: number; state: State; nowMs: number }>(INSERT_TOMBSTONE);
  const deleteText = db.prepare<{ id: number }>(DELETE_TEXT);
  const deleteKey = db.prepare<{ id: number; enqueuedAtMs: number }>(DELETE_KEY);
  const count = (pragma: string): number => Number(db.pragma(pragma, { simple: true }));
  return {
    next: (retentionMs, nowMs) => walks.flatMap((walk) => walk.next(retentionMs, nowMs)),
    rests: (nowMs) => walks.every((walk) => walk.rests(nowMs)),
    remove: (aged, nowMs) => {
      for (const message of aged) {
        const { id, state, enqueuedAtMs } = message;
        if (deleteMessage.run(message).changes === 0) continue;
        insertTombstone.run({ id, state, nowMs });
        deleteText.run({ id });
        deleteKey.run({ id, enqueuedAtMs });
      }
    },
    hasSpace: () => count('freelist_count') > Math.max(2 * FREE_PAGES_KEPT, count('page_count') / 4),
    giveBackSpace: () => void db.pragma(`incremental_vacuum(${FREE_PAGES_KEPT})`),
  };
}

/** Steps through one state in the order in which messages ended. */
function walkOver(db: Database, sql: string): Pick<Pruning, 'next' | 'rests'> {
  const select = db.prepare<
    { fromMs: number; fromId: number; untilMs: number },
    Aged & { open: number; keyed: number }
  >(sql);
  let from = { fromMs: 0, fromId: 0 };
  let restUntilMs = 0;
  // A clock that was set back must not make the rest longer.
  const rests = (nowMs: number): boolean => nowMs < restUntilMs && nowMs >= restUntilMs - REST_MS;
  const next: Pruning['next'] = (retentionMs, nowMs) => {
    if (rests(nowMs)) return [];
    const found = select.all({ ...from, untilMs: nowMs - retentionMs });
    const last = found.at(-1);
    if (last && found.length === BATCH) from = { fromMs: last.endedAtMs, fromId: last.id };
    else {
      from = { fromMs: 0, fromId: 0 };
      restUntilMs = nowMs + REST_MS;
    }
    return found
      .filter(({ open, keyed, ...times }) =>
        mayPrune({ ...times, open: open === 1, keyed: keyed === 1 }, { retentionMs, nowMs }),
      )
      .map(({ id, state, enqueuedAtMs, endedAtMs }) => ({ id, state, enqueuedAtMs, endedAtMs }));
  };
  return { next, rests };
}
