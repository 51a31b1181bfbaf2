/** Moves the ends of spans along with a wall clock that was set, so that each lasts as long as it was to last. */
import type { Clock } from '../../queue/clock.ts';
import { readingOf, stepBackSince, stepBetween } from '../../queue/clock-step.ts';
import { NO_END_MS } from '../../queue/push.ts';
import type { Database } from './database.ts';

/** Walks message_leased: as many as are held. What is being typed has no end that could move. */
const SHIFT_LEASES = `
  UPDATE message NOT INDEXED
     SET lease_until_ms = iif(lease_until_ms = ${NO_END_MS}, lease_until_ms, lease_until_ms + @stepMs), leased_at_ms = leased_at_ms + @stepMs
   WHERE id IN (SELECT id FROM message INDEXED BY message_leased WHERE state = 'leased' AND lease_session IS NULL AND lease_prompt_id IS NULL)`;

/** Walks message_scheduled. A back-off is a span, also of a message that was sent for a time. */
const SHIFT_SCHEDULED = `
  UPDATE message NOT INDEXED SET ready_at_ms = max(1, ready_at_ms + @stepMs)
   WHERE id IN (SELECT id FROM message INDEXED BY message_scheduled WHERE state = 'scheduled' AND (names_time = 0 OR attempts > 0))`;

/** Walks message_blocked: some wait for their time besides. */
const SHIFT_BLOCKED = `
  UPDATE message NOT INDEXED SET ready_at_ms = max(1, ready_at_ms + @stepMs)
   WHERE id IN (SELECT id FROM message INDEXED BY message_blocked WHERE state = 'blocked' AND names_time = 0)`;

/** Walks message_expires. It counts from a time that was named while that has not come. */
const SHIFT_EXPIRIES = `
  UPDATE message NOT INDEXED SET expires_at_ms = expires_at_ms + @stepMs
   WHERE id IN (SELECT id FROM message INDEXED BY message_expires
                 WHERE expires_at_ms IS NOT NULL AND ended_at_ms IS NULL
                   AND NOT (names_time = 1 AND attempts = 0 AND (state = 'scheduled' OR state = 'blocked')))`;

/** Walks message_dependency_until. */
const SHIFT_DEPENDENCIES = `
  UPDATE message NOT INDEXED SET dependency_until_ms = dependency_until_ms + @stepMs
   WHERE id IN (SELECT id FROM message INDEXED BY message_dependency_until WHERE dependency_until_ms IS NOT NULL AND awaits > 0)`;

/** Walks session_process: as many as live. */
const SHIFT_SESSIONS = `
  UPDATE session INDEXED BY session_process SET last_event_ms = last_event_ms + @stepMs WHERE standing <> 'ended'`;

/** As many as there are schedules: a distance is counted from when it was made. */
const SHIFT_SCHEDULES = `
  UPDATE schedule SET created_at_ms = created_at_ms + @stepMs, set_at_ms = set_at_ms + @stepMs, next_at_ms = next_at_ms + @stepMs
   WHERE every_ms IS NOT NULL`;

/** Walks agent_restart_live: as many as are under way or held. */
const SHIFT_RESTARTS = `
  UPDATE agent_restart INDEXED BY agent_restart_live SET due_ms = due_ms + @stepMs, until_ms = until_ms + @stepMs, began_at_ms = began_at_ms + @stepMs
   WHERE live = 1`;

/** Walks agent_restart_counted. */
const SHIFT_COUNTED = `
  UPDATE agent_restart NOT INDEXED SET counted_at_ms = counted_at_ms + @stepMs
   WHERE id IN (SELECT id FROM agent_restart INDEXED BY agent_restart_counted WHERE counted_at_ms IS NOT NULL)`;

const MARK_STEP = `
  INSERT INTO clock_step (id, message_id) VALUES (1, ifnull((SELECT max(id) FROM message), 0))
    ON CONFLICT (id) DO UPDATE SET message_id = excluded.message_id
  RETURNING message_id AS id`;

/** Rides on the primary key. */
const SELECT_MARK = `SELECT message_id AS id FROM clock_step WHERE id = 1`;

/** Walks message_leased, session_process, agent_restart_counted and the schedules; of messages rides on the primary key, for the newest. Only times that move along, or that no step followed. */
const SELECT_LATEST = `
  SELECT max(ifnull((SELECT enqueued_at_ms FROM message WHERE id > ifnull((SELECT message_id FROM clock_step), 0) ORDER BY id DESC LIMIT 1), 0),
             ifnull((SELECT max(leased_at_ms) FROM message INDEXED BY message_leased
                      WHERE state = 'leased' AND lease_session IS NULL AND lease_prompt_id IS NULL), 0),
             ifnull((SELECT max(last_event_ms) FROM session INDEXED BY session_process WHERE standing <> 'ended'), 0),
             ifnull((SELECT max(counted_at_ms) FROM agent_restart INDEXED BY agent_restart_counted WHERE counted_at_ms IS NOT NULL), 0),
             ifnull((SELECT max(set_at_ms) FROM schedule WHERE every_ms IS NOT NULL), 0)) AS latestMs`;

export interface ClockSteps {
  shift(stepMs: number): void;
  /** How far the clock went back since something was written last. */
  sinceLastWrite(nowMs: number): number;
  /** The newest message when the clock was set last: how long it has been waiting is not known. */
  newestBefore(): number;
}

export function prepareClockSteps(db: Database): ClockSteps {
  const shifts = [
    db.prepare<{ stepMs: number }>(SHIFT_LEASES),
    db.prepare<{ stepMs: number }>(SHIFT_SCHEDULED),
    db.prepare<{ stepMs: number }>(SHIFT_BLOCKED),
    db.prepare<{ stepMs: number }>(SHIFT_EXPIRIES),
    db.prepare<{ stepMs: number }>(SHIFT_DEPENDENCIES),
    db.prepare<{ stepMs: number }>(SHIFT_SESSIONS),
    db.prepare<{ stepMs: number }>(SHIFT_SCHEDULES),
    db.prepare<{ stepMs: number }>(SHIFT_RESTARTS),
    db.prepare<{ stepMs: number }>(SHIFT_COUNTED),
  ];
  const mark = db.prepare<[], { id: number }>(MARK_STEP);
  const latest = db.prepare<[], { latestMs: number }>(SELECT_LATEST);
  let marked = db.prepare<[], { id: number }>(SELECT_MARK).get()?.id ?? 0;
  return {
    newestBefore: () => marked,
    shift: (stepMs) => {
      for (const statement of shifts) statement.run({ stepMs });
      marked = mark.get()?.id ?? marked;
    },
    sinceLastWrite: (nowMs) => stepBackSince(latest.get()?.latestMs ?? null, nowMs),
  };
}

/**
 * Replies with what looks whether the clock was set since the last look, and has `shift` write that before anything that is written at the new time.
 * What could not be written is owed until the next look. Resolves when it is written.
 */
export function clockWatch(clock: Clock, shift: (stepMs: number) => Promise<void>): () => Promise<void> {
  let last = readingOf(clock);
  let owedMs = 0;
  return async () => {
    const now = readingOf(clock);
    const stepMs = owedMs + stepBetween(last, now);
    last = now;
    owedMs = 0;
    if (stepMs === 0) return;
    try {
      await shift(stepMs);
    } catch {
      owedMs += stepMs;
    }
  };
}
