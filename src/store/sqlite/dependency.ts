/** Which messages wait for which: written with the message, decided when what they wait for ends or their time is over. */
import { OrqError } from '../../protocol/errors.ts';
import type { DependencyPolicy, MessageState } from '../../protocol/message.ts';
import type { Enqueued } from '../../protocol/schemas.ts';
import {
  deadlockIn,
  failedReason,
  isOver,
  TIMED_OUT,
  verdictAtEnd,
  verdictAtTimeout,
  type EndState,
  type Verdict,
} from '../../queue/dependency.ts';
import type { SentMessage } from '../../queue/store.ts';
import type { Database } from './database.ts';
import type { Notices } from './notice.ts';

/** Rides on the primary keys. A message that was pruned is known by its tombstone. */
const SELECT_STATE = `
  SELECT state FROM message WHERE id = @id
  UNION ALL
  SELECT state FROM message_tombstone WHERE id = @id`;
const INSERT_EDGE = `INSERT INTO dependency (message_id, after_id) VALUES (@id, @afterId) ON CONFLICT DO NOTHING`;

/** Rides on the primary key. */
const MARK_PREREQUISITE = `UPDATE message SET has_dependents = 1 WHERE id = @afterId AND has_dependents = 0`;

/** Rides on the primary key. */
const AWAIT = `UPDATE message SET awaits = (SELECT count(*) FROM dependency WHERE message_id = @id AND live = 1) WHERE id = @id`;

/** Rides on the primary key. */
const SELECT_IN_LANE = `SELECT id, priority, lane FROM message WHERE id = @id`;

/** Rides on dependency_live and the primary key. */
const SELECT_WAITING = `
  SELECT message.id, on_dependency_failure AS policy FROM dependency INDEXED BY dependency_live
    JOIN message ON message.id = dependency.message_id
   WHERE after_id = @afterId AND live = 1`;

/** Rides on the primary key. */
const MEET = `UPDATE dependency SET live = 0 WHERE message_id = @id AND after_id = @afterId AND live = 1`;

/** Rides on the primary key. */
const MEET_ALL = `UPDATE dependency SET live = 0 WHERE message_id = @id AND live = 1`;

/** Rides on the primary keys. What was delivered holds nobody. */
const SELECT_ENDED = `
  SELECT after_id AS afterId
    FROM dependency LEFT JOIN message ON message.id = after_id
    LEFT JOIN message_tombstone ON message_tombstone.id = after_id
   WHERE message_id = @id AND live = 1
     AND (ifnull(message.state, message_tombstone.state) = 'dead' OR ifnull(message.state, message_tombstone.state) = 'cancelled')`;

/** Rides on the primary key. */
const BURY = `UPDATE message SET state = 'dead', reason = @reason, ended_at_ms = @nowMs WHERE id = @id AND state = 'blocked'`;

/** Rides on message_dependency_until. */
const SELECT_TIMED_OUT = `
  SELECT id, on_dependency_failure AS policy FROM message INDEXED BY message_dependency_until
   WHERE dependency_until_ms <= @nowMs AND awaits > 0 LIMIT 500`;

interface Waiting {
  readonly id: number;
  readonly policy: DependencyPolicy;
}

/** What became of dependencies: messages that wait no more or are dead, and agents that were told of a death. */
export interface Decided {
  readonly changed: readonly number[];
  readonly arrivedFor: readonly string[];
}

export interface Dependencies {
  /**
   * Checks what a message is to wait for; `firstOfBatch` and later ids were not there when it was sent.
   * @throws OrqError not_found with the ids of `after` that nobody stored.
   */
  assertKnown(message: SentMessage, firstOfBatch: number): void;
  /**
   * Writes what the new messages of a batch wait for; replies with the ids to look at when the request settles.
   * @throws OrqError bad_request where messages of the batch would wait for each other, or for a position that it does not have.
   */
  tie(messages: readonly SentMessage[], stored: readonly Enqueued[]): number[];
  /** Writes what one message waits for, all of which is stored; replies with the ids to look at when the request settles. */
  link(id: number, afterIds: readonly number[]): number[];
  /** A message is over: whoever waits for it waits no more, is dead, or goes on waiting. */
  decide(over: { readonly id: number; readonly state: EndState }, nowMs: number): Decided;
  /** One that somebody lets go waits no more for what is dead or cancelled; false where it waited for no such. */
  letGo(id: number): boolean;
  /** Ends what waited too long. */
  timeOut(nowMs: number): Decided;
}

export function prepareDependencies(db: Database, { notices }: { notices: Notices }): Dependencies {
  const selectState = db.prepare<{ id: number }, { state: MessageState }>(SELECT_STATE);
  const insertEdge = db.prepare<{ id: number; afterId: number }>(INSERT_EDGE);
  const markPrerequisite = db.prepare<{ afterId: number }>(MARK_PREREQUISITE);
  const countAwaited = db.prepare<{ id: number }>(AWAIT);
  const inLane = db.prepare<{ id: number }, { id: number; priority: number; lane: string | null }>(
    SELECT_IN_LANE,
  );
  const selectWaiting = db.prepare<{ afterId: number }, Waiting>(SELECT_WAITING);
  const meet = db.prepare<{ id: number; afterId: number }>(MEET);
  const meetAll = db.prepare<{ id: number }>(MEET_ALL);
  const selectEnded = db.prepare<{ id: number }, { afterId: number }>(SELECT_ENDED);
  const bury = db.prepare<{ id: number; reason: string; nowMs: number }>(BURY);
  const selectTimedOut = db.prepare<{ nowMs: number }, Waiting>(SELECT_TIMED_OUT);

  function assertNoDeadlock(messages: readonly SentMessage[], stored: readonly Enqueued[]): void {
    const batch = messages.map((message, index) => ({
      ...(inLane.get({ id: stored[index]?.id ?? 0 }) ?? { id: 0, priority: 0, lane: null }),
      after: (message.after ?? []).flatMap((each) => ('index' in each ? [each.index] : [])),
    }));
    const circle = deadlockIn(batch);
    if (!circle) return;
    const positions = circle.map((index) => index + 1).join(', ');
    throw new OrqError(
      'bad_request',
      circle.length === 1
        ? `after: message ${positions} of the batch waits for itself`
        : `after: messages ${positions} of the batch wait for each other, each for the next, by dependencies or the order of their lane`,
      { details: { indexes: circle } },
    );
  }

  function link(ids: readonly number[], afterIds: readonly number[]): number[] {
    for (const id of ids) {
      for (const afterId of afterIds) insertEdge.run({ id, afterId });
      countAwaited.run({ id });
    }
    return afterIds.filter((afterId) => {
      markPrerequisite.run({ afterId });
      const state = selectState.get({ id: afterId })?.state;
      return state !== undefined && isOver(state);
    });
  }

  function prerequisites(message: SentMessage, stored: readonly Enqueued[]): number[] {
    return (message.after ?? []).flatMap((each) => {
      if ('id' in each) return [each.id];
      const reply = stored[each.index];
      if (reply) return idsOf(reply);
      throw new OrqError('bad_request', `after: the batch has no message at index ${each.index}`, {
        details: { index: each.index },
      });
    });
  }

  function apply(verdict: Verdict, id: number, reason: string, met: () => void, nowMs: number): Decided {
    if (verdict === 'waits') return { changed: [], arrivedFor: [] };
    if (verdict === 'failed') {
      bury.run({ id, reason, nowMs });
      return { changed: [id], arrivedFor: notices.ofDeath(id, nowMs) };
    }
    met();
    countAwaited.run({ id });
    return { changed: [id], arrivedFor: [] };
  }

  function together(decided: readonly Decided[]): Decided {
    return {
      changed: decided.flatMap(({ changed }) => changed),
      arrivedFor: decided.flatMap(({ arrivedFor }) => arrivedFor),
    };
  }

  return {
    assertKnown: ({ after = [] }, firstOfBatch) => {
      const named = after.flatMap((each) => ('id' in each ? [each.id] : []));
      const ids = named.filter((id) => id >= firstOfBatch || !selectState.get({ id }));
      if (ids.length > 0)
        throw new OrqError(
          'not_found',
          `${ids.length === 1 ? 'message' : 'messages'} ${ids.join(', ')}: not stored, so nothing can wait for it`,
          { details: { ids } },
        );
    },
    tie: (messages, stored) => {
      const toLookAt: number[] = [];
      if (!messages.some(({ after = [] }) => after.length > 0)) return toLookAt;
      const ties = messages.map((message) => prerequisites(message, stored));
      assertNoDeadlock(messages, stored);
      for (const [index, afterIds] of ties.entries()) {
        const reply = stored[index];
        if (!reply?.created || afterIds.length === 0) continue;
        toLookAt.push(...link(idsOf(reply), afterIds));
      }
      return toLookAt;
    },
    link: (id, afterIds) => link([id], afterIds),
    decide: ({ id: afterId, state }, nowMs) =>
      together(
        selectWaiting.all({ afterId }).map(({ id, policy }) => {
          const reason = failedReason(afterId, state);
          return apply(verdictAtEnd(state, policy), id, reason, () => meet.run({ id, afterId }), nowMs);
        }),
      ),
    letGo: (id) => {
      const ended = selectEnded.all({ id });
      for (const { afterId } of ended) meet.run({ id, afterId });
      if (ended.length > 0) countAwaited.run({ id });
      return ended.length > 0;
    },
    timeOut: (nowMs) =>
      together(
        selectTimedOut
          .all({ nowMs })
          .map(({ id, policy }) =>
            apply(verdictAtTimeout(policy), id, TIMED_OUT, () => meetAll.run({ id }), nowMs),
          ),
      ),
  };
}

/** One message to an agent, or those of all agents of a project. */
function idsOf({ id, messages }: Enqueued): number[] {
  return messages?.map((message) => message.id) ?? [id];
}
