/** Forgets what only points at messages and sessions of long ago: lives that are over, and how pruned messages ended. A few at a time. */
import { TOMBSTONE_RETENTIONS } from '../../queue/retention.ts';
import type { Database } from './database.ts';

/** In one step: some milliseconds of the writer. */
const BATCH = 100;

/** Rides on session_ended. */
const DELETE_SESSIONS = `
  DELETE FROM session
   WHERE key IN (SELECT key FROM session WHERE standing = 'ended' AND ended_at_ms < @beforeMs ORDER BY ended_at_ms LIMIT ${BATCH})`;

/** Rides on session_ended. */
const ANY_SESSION = `SELECT 1 FROM session WHERE standing = 'ended' AND ended_at_ms < @beforeMs LIMIT 1`;

/** Rides on message_tombstone_age and dependency_live: a message that still waits must learn how it ended. */
const DELETE_TOMBSTONES = `
  DELETE FROM message_tombstone
   WHERE id IN (SELECT id FROM message_tombstone
                 WHERE pruned_at_ms < @beforeMs
                   AND NOT EXISTS (SELECT 1 FROM dependency INDEXED BY dependency_live WHERE after_id = id AND live = 1)
                 ORDER BY pruned_at_ms LIMIT ${BATCH})`;

/** Rides on message_tombstone_age and dependency_live. */
const ANY_TOMBSTONE = `
  SELECT 1 FROM message_tombstone
   WHERE pruned_at_ms < @beforeMs
     AND NOT EXISTS (SELECT 1 FROM dependency INDEXED BY dependency_live WHERE after_id = id AND live = 1) LIMIT 1`;

export interface Forgetting {
  /** Whether anything is old enough; `retentionMs` as messages have it. */
  isDue(retentionMs: number, nowMs: number): boolean;
  forget(retentionMs: number, nowMs: number): void;
}

export function prepareForgetting(db: Database): Forgetting {
  type Age = { beforeMs: number };
  const deleteSessions = db.prepare<Age>(DELETE_SESSIONS);
  const anySession = db.prepare<Age>(ANY_SESSION);
  const deleteTombstones = db.prepare<Age>(DELETE_TOMBSTONES);
  const anyTombstone = db.prepare<Age>(ANY_TOMBSTONE);
  const ofSessions = (retentionMs: number, nowMs: number): Age => ({ beforeMs: nowMs - retentionMs });
  const ofTombstones = (retentionMs: number, nowMs: number): Age => ({
    beforeMs: nowMs - TOMBSTONE_RETENTIONS * retentionMs,
  });
  return {
    isDue: (retentionMs, nowMs) =>
      anySession.get(ofSessions(retentionMs, nowMs)) !== undefined ||
      anyTombstone.get(ofTombstones(retentionMs, nowMs)) !== undefined,
    forget: (retentionMs, nowMs) => {
      deleteSessions.run(ofSessions(retentionMs, nowMs));
      deleteTombstones.run(ofTombstones(retentionMs, nowMs));
    },
  };
}
