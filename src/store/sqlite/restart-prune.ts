/** Forgets what happened to agents long ago. What is live stays, and what a limit may still count. */
import type { Database } from './database.ts';

/** In one step: some milliseconds of the writer. */
const BATCH = 100;

/** Rides on agent_restart_ended. */
const PRUNE = `
  DELETE FROM agent_restart
   WHERE id IN (SELECT id FROM agent_restart INDEXED BY agent_restart_ended
                 WHERE ended_at_ms IS NOT NULL AND ended_at_ms < @beforeMs AND (counted_at_ms IS NULL OR counted_at_ms < @countedBeforeMs)
                 ORDER BY ended_at_ms LIMIT ${BATCH})`;

/** Rides on agent_restart_ended. */
const ANY_AGED = `
  SELECT 1 FROM agent_restart INDEXED BY agent_restart_ended
   WHERE ended_at_ms IS NOT NULL AND ended_at_ms < @beforeMs AND (counted_at_ms IS NULL OR counted_at_ms < @countedBeforeMs) LIMIT 1`;

/** As many as agents of which somebody said it. */
const LONGEST_WINDOW = `SELECT max(window_ms) AS windowMs FROM restart_policy`;

export interface RestartPruning {
  /** Whether anything is old enough; `countedMs`: how far back the settings' limits count. */
  isDue(retentionMs: number, countedMs: number, nowMs: number): boolean;
  prune(retentionMs: number, countedMs: number, nowMs: number): void;
}

export function prepareRestartPruning(db: Database): RestartPruning {
  type Age = { beforeMs: number; countedBeforeMs: number };
  const anyAged = db.prepare<Age>(ANY_AGED);
  const prune = db.prepare<Age>(PRUNE);
  const longestWindow = db.prepare<[], { windowMs: number | null }>(LONGEST_WINDOW);
  const age = (retentionMs: number, countedMs: number, nowMs: number): Age => ({
    beforeMs: nowMs - retentionMs,
    countedBeforeMs: nowMs - Math.max(retentionMs, countedMs, longestWindow.get()?.windowMs ?? 0),
  });
  return {
    isDue: (...spans) => anyAged.get(age(...spans)) !== undefined,
    prune: (...spans) => void prune.run(age(...spans)),
  };
}
