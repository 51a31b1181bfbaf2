/** Lets blocked messages go: whatever a request changed is settled in its own transaction, so that no verb has to think of it. */
import { isOver } from '../../queue/dependency.ts';
import { mayGo, type Standing } from '../../queue/lane.ts';
import type { MessageState } from '../../protocol/message.ts';
import type { Database } from './database.ts';
import type { Decided, Dependencies } from './dependency.ts';

/** Walks unsettled, which holds what one request changed. */
const SELECT_UNSETTLED = `
  SELECT unsettled.message_id AS id, ifnull(message.state, message_tombstone.state) AS state, lane, ifnull(awaits, 0) AS awaits,
         ifnull(ready_at_ms, 0) AS readyAtMs
    FROM unsettled LEFT JOIN message ON message.id = unsettled.message_id
    LEFT JOIN message_tombstone ON message_tombstone.id = unsettled.message_id`;
const INSERT_UNSETTLED = `INSERT INTO unsettled (message_id) VALUES (@id) ON CONFLICT DO NOTHING`;

/** Walks unsettled, which holds what one request changed. */
const CLEAR_UNSETTLED = `DELETE FROM unsettled`;

/** Rides on message_lane: the next step of a walk over its priorities. */
const FIRST_BELOW = `
  SELECT id, priority, state FROM message INDEXED BY message_lane
   WHERE lane = @lane AND priority < @below AND ended_at_ms IS NULL AND state <> 'scheduled' AND awaits = 0 AND held IS NULL
   ORDER BY priority DESC, id LIMIT 1`;

/** Rides on the primary key. */
const UNBLOCK = `
  UPDATE message SET state = @state, ready_at_ms = max(ready_at_ms, @nowMs)
   WHERE id = @id AND state = 'blocked' AND awaits = 0 AND held IS NULL
  RETURNING agent`;

/** Walks message_blocked, no further than its first row. */
const ANY_BLOCKED = `SELECT 1 FROM message INDEXED BY message_blocked WHERE state = 'blocked' LIMIT 1`;

export interface First extends Standing {
  readonly state: MessageState;
}

interface Changed {
  readonly id: number;
  /** Null: it was deleted, and nothing is known of its end. */
  readonly state: MessageState | null;
  readonly lane: string | null;
  readonly awaits: number;
  readonly readyAtMs: number;
}

export interface Order {
  /** The first of each priority that stands in the lane, the highest first; read as far as the caller looks. */
  firstsOf(lane: string): Iterable<First>;
  /** A message may go or let others go now: it is looked at when the request settles. */
  enter(id: number): void;
  /** Looks at what became of dependencies when the request settles. */
  look(decided: Decided): void;
  /** Lets go who may, now. A verb calls it where it goes on with what it may have let go. */
  settle(nowMs: number): void;
  /** Runs a verb and settles what it changed; `unblocked` are the agents that have more ready messages by it. */
  settled<T>(run: () => T, nowMs: number): { value: T; unblocked: string[] };
  /** Looks whether anything is blocked at all: where nothing is, no request settles. Outside of transactions only. */
  rest(): void;
}

export function prepareOrder(db: Database, { dependencies }: { dependencies: Dependencies }): Order {
  const selectUnsettled = db.prepare<[], Changed>(SELECT_UNSETTLED);
  const insertUnsettled = db.prepare<{ id: number }>(INSERT_UNSETTLED);
  const clearUnsettled = db.prepare(CLEAR_UNSETTLED);
  const firstBelow = db.prepare<{ lane: string; below: number }, First>(FIRST_BELOW);
  const unblock = db.prepare<{ id: number; state: 'ready' | 'scheduled'; nowMs: number }, { agent: string }>(
    UNBLOCK,
  );
  const anyBlocked = db.prepare(ANY_BLOCKED);
  // Only ever too careful: where nothing is blocked a request needs no look at what it changed.
  let mayBeBlocked = true;
  let unblocked = new Set<string>();

  function letGo(id: number, nowMs: number): void {
    const gone = unblock.get({ id, state: 'ready', nowMs });
    if (gone) unblocked.add(gone.agent);
  }

  function enter(id: number): void {
    mayBeBlocked = true;
    insertUnsettled.run({ id });
  }

  function look({ changed, arrivedFor }: Decided): void {
    for (const id of changed) enter(id);
    for (const agent of arrivedFor) unblocked.add(agent);
  }

  function* firstsOf(lane: string): Generator<First> {
    let first = firstBelow.get({ lane, below: Number.MAX_SAFE_INTEGER });
    while (first) {
      yield first;
      first = firstBelow.get({ lane, below: first.priority });
    }
  }

  function settleLane(lane: string, nowMs: number): void {
    for (const { id, state } of mayGo(firstsOf(lane))) {
      if (state === 'blocked') letGo(id, nowMs);
    }
  }

  /** One that waits for no other message goes, stands in its lane, or waits for its time. */
  function settleOne({ id, state, lane, awaits, readyAtMs }: Changed, nowMs: number): void {
    if (state === null) return;
    if (isOver(state)) look(dependencies.decide({ id, state }, nowMs));
    if (state !== 'blocked' || awaits > 0) return;
    if (readyAtMs > nowMs) unblock.get({ id, state: 'scheduled', nowMs });
    else if (lane === null) letGo(id, nowMs);
  }

  function settle(nowMs: number): void {
    if (!mayBeBlocked) return;
    const lanes = new Set<string>();
    for (let changed = selectUnsettled.all(); changed.length > 0; changed = selectUnsettled.all()) {
      clearUnsettled.run();
      for (const message of changed) {
        settleOne(message, nowMs);
        if (message.lane !== null) lanes.add(message.lane);
      }
    }
    // Dependencies first, to their end: whoever they let go may stand before others in a lane.
    for (const lane of lanes) settleLane(lane, nowMs);
  }

  return {
    firstsOf,
    settle,
    enter,
    look,
    settled: (run, nowMs) => {
      unblocked = new Set();
      const value = run();
      settle(nowMs);
      return { value, unblocked: [...unblocked] };
    },
    rest: () => {
      mayBeBlocked = anyBlocked.get() !== undefined;
    },
  };
}
