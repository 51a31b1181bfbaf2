/** Schedules: a row each, and for each tick of one a message under a key of its own. */
import { OrqError } from '../../protocol/errors.ts';
import { projectOfAddress } from '../../protocol/names.ts';
import type { Schedule } from '../../protocol/schedule-schemas.ts';
import type { ReplyOf, RequestOf } from '../../protocol/schemas.ts';
import { newlyReady } from '../../queue/newly-ready.ts';
import { firstTick, nameOfTick, tickAt } from '../../queue/schedule.ts';
import type { SentSchedule } from '../../queue/store.ts';
import type { Addresses } from './address.ts';
import type { Broadcasts } from './broadcast.ts';
import type { Database } from './database.ts';
import type { EnqueueVerb } from './enqueue.ts';
import { assertLength, assertUnicode } from './sent-message.ts';

/** Schedules that a sweep fires at a time, so that a backlog never holds the writer for long. */
const BATCH = 100;

const COLUMNS = `id, agent, name, cron, every_ms AS everyMs, zone, catch_up AS catchUp, text, priority, sender AS "from", project, wake, ttl_ms AS ttlMs,
         created_at_ms AS createdAtMs, next_at_ms AS nextAtMs, last_tick_ms AS lastTickMs, error`;

const INSERT_SCHEDULE = `
  INSERT INTO schedule (agent, name, cron, every_ms, zone, catch_up, text, priority, sender, project, wake, ttl_ms, created_at_ms, set_at_ms, next_at_ms)
  VALUES (@agent, @name, @cron, @everyMs, @zone, @catchUp, @text, @priority, @from, @project, @wake, @ttlMs, @createdAtMs, @createdAtMs, @nextAtMs)
  RETURNING ${COLUMNS}`;

/** Rides on schedule_name. */
const SELECT_NAMED = `SELECT ${COLUMNS} FROM schedule WHERE agent = @agent AND name = @name`;

/** Rides on the primary key. */
const SELECT_ALL = `SELECT ${COLUMNS} FROM schedule WHERE id > @afterId ORDER BY id LIMIT 0 + @limit`;

/** Rides on schedule_agent. */
const SELECT_OF_AGENT = `SELECT ${COLUMNS} FROM schedule WHERE agent = @agent AND id > @afterId ORDER BY id LIMIT 0 + @limit`;

/** Rides on schedule_next and schedule_set: what is due, and what was found by a clock that has gone back since. */
const SELECT_DUE = `
  SELECT ${COLUMNS}, set_at_ms AS setAtMs FROM schedule INDEXED BY schedule_next WHERE next_at_ms <= @nowMs
  UNION ALL
  SELECT ${COLUMNS}, set_at_ms AS setAtMs FROM schedule INDEXED BY schedule_set WHERE set_at_ms > @nowMs AND next_at_ms > @nowMs
   LIMIT ${BATCH}`;

/** Rides on the primary key. */
const MOVE_ON = `
  UPDATE schedule SET next_at_ms = @nextAtMs, set_at_ms = @nowMs, last_tick_ms = ifnull(@fireMs, last_tick_ms), error = @error
   WHERE id = @id`;

/** Rides on the primary key. */
const DELETE_SCHEDULE = `DELETE FROM schedule WHERE id = @id RETURNING id, agent`;

const DEFAULT_LIMIT = 100;

interface Page {
  readonly afterId: number;
  readonly limit: number;
}

type Due = Schedule & { readonly setAtMs: number };

/** When it was made and how it went since make no difference between two that are added under one name. */
const STANDING = ['id', 'createdAtMs', 'nextAtMs', 'lastTickMs', 'error'] as const;

export interface Schedules {
  add(schedule: SentSchedule, nowMs: number): ReplyOf<'scheduleAdd'>;
  list(filter: RequestOf<'scheduleList'>): Schedule[];
  remove(request: RequestOf<'scheduleRemove'>): ReplyOf<'scheduleRemove'>;
  isDue(nowMs: number): boolean;
  fire(nowMs: number): string[];
}

export function prepareSchedules(
  db: Database,
  { addresses, broadcasts, enqueue }: { addresses: Addresses; broadcasts: Broadcasts; enqueue: EnqueueVerb },
): Schedules {
  const insert = db.prepare<object, Schedule>(INSERT_SCHEDULE);
  const named = db.prepare<{ agent: string; name: string }, Schedule>(SELECT_NAMED);
  const all = db.prepare<Page, Schedule>(SELECT_ALL);
  const ofAgent = db.prepare<Page & { agent: string }, Schedule>(SELECT_OF_AGENT);
  const due = db.prepare<{ nowMs: number }, Due>(SELECT_DUE);
  const moveOn = db.prepare<object>(MOVE_ON);
  const deleteSchedule = db.prepare<{ id: number }, { id: number; agent: string }>(DELETE_SCHEDULE);

  /** The address is resolved once: windows are renumbered, the agent that was meant stays. Of a project each tick finds whom it has then. */
  function agentMeant(address: string | undefined): string {
    if (address === undefined)
      throw new OrqError('bad_request', 'agent: none was said, and the caller runs in no known agent');
    const project = projectOfAddress(address);
    if (project === undefined) return addresses.meant(address).agent;
    broadcasts.agentsOf(project);
    return address;
  }

  function bring(schedule: Due, fireMs: number, nowMs: number) {
    const { id, agent, text, priority, from, project, wake, ttlMs } = schedule;
    const idempotencyKey = `schedule:${id}:${nameOfTick(schedule, fireMs)}`;
    const message = { agent, text, priority, wake, idempotencyKey };
    const more = {
      ...(from !== null && { from }),
      ...(project !== null && { project }),
      ...(ttlMs !== null && { ttlMs }),
    };
    return newlyReady(enqueue([{ ...message, ...more }], nowMs));
  }

  /** One that cannot fire says so in its row and holds up no other. */
  function fireOne(schedule: Due, nowMs: number): string[] {
    let nextAtMs: number | null = null;
    let fireMs: number | null = null;
    let error: string | null = schedule.error;
    let agents: string[] = [];
    try {
      ({ fireMs, nextAtMs } = tickAt(schedule, nowMs));
      if (fireMs !== null) {
        error = null;
        agents = bring(schedule, fireMs, nowMs);
      }
    } catch (refused) {
      if (!(refused instanceof OrqError)) throw refused;
      error = refused.message;
    }
    moveOn.run({ id: schedule.id, nextAtMs, fireMs, error, nowMs });
    return agents;
  }

  return {
    add: ({ caller, ...wish }, nowMs) => {
      assertUnicode(wish);
      assertLength(wish);
      if ((wish.cron === undefined) === (wish.everyMs === undefined))
        throw new OrqError('bad_request', 'schedule: has either cron or everyMs');
      const own = addresses.ofCaller(caller ?? {});
      const rhythm = {
        cron: wish.cron ?? null,
        everyMs: wish.everyMs ?? null,
        zone: wish.zone ?? 'UTC',
        createdAtMs: nowMs,
      };
      const row = {
        ...rhythm,
        agent: agentMeant(wish.agent ?? own),
        name: wish.name ?? null,
        catchUp: wish.catchUp ?? 'skip',
        text: wish.text,
        priority: wish.priority ?? 0,
        from: wish.from ?? own ?? null,
        project: wish.project ?? null,
        wake: wish.wake ?? 'now',
        ttlMs: wish.ttlMs ?? null,
        nextAtMs: firstTick(rhythm),
      };
      const before = row.name === null ? undefined : named.get({ agent: row.agent, name: row.name });
      if (!before) {
        const stored = insert.get(row);
        if (!stored) throw new Error('an insert returned no row');
        return { ...stored, created: true };
      }
      if (Object.keys(row).some((field) => differs(before, row, field)))
        throw new OrqError(
          'key_conflict',
          `schedule "${row.name}": ${before.id} has this name with another body`,
          {
            details: { id: before.id },
          },
        );
      return { ...before, created: false };
    },
    list: ({ agent, limit = DEFAULT_LIMIT, afterId = 0 }) =>
      agent === undefined
        ? all.all({ limit, afterId })
        : ofAgent.all({ agent: addresses.resolve(agent).agent, limit, afterId }),
    remove: ({ id }) => {
      const removed = deleteSchedule.get({ id });
      if (!removed) throw new OrqError('not_found', `schedule ${id}: not stored`);
      return removed;
    },
    isDue: (nowMs) => due.get({ nowMs }) !== undefined,
    fire: (nowMs) => [...new Set(due.all({ nowMs }).flatMap((schedule) => fireOne(schedule, nowMs)))],
  };
}

function differs(before: object, row: object, field: string): boolean {
  const standing: readonly string[] = STANDING;
  return !standing.includes(field) && Reflect.get(before, field) !== Reflect.get(row, field);
}
