/** Messages, newest first, by what a person or a program looks for. */
import type { MessageState } from '../../protocol/message.ts';
import type { Message, RequestOf } from '../../protocol/schemas.ts';
import type { Addresses } from './address.ts';
import type { Database } from './database.ts';
import type { MessageRow } from './message-row.ts';
import type { Blockers } from './blockers.ts';

/** Rides on message_agent. */
const OF_AGENT = `
  SELECT * FROM message_row
   WHERE agent = @agent AND id < @beforeId AND (@state IS NULL OR state = @state) AND (@open IS NULL OR open = @open)
   ORDER BY id DESC LIMIT 0 + @limit`;

/** Rides on message_thread. */
const OF_THREAD = `
  SELECT * FROM message_row
   WHERE threadId = @threadId AND id < @beforeId AND (@agent IS NULL OR agent = @agent)
     AND (@state IS NULL OR state = @state) AND (@open IS NULL OR open = @open)
   ORDER BY id DESC LIMIT 0 + @limit`;

/** Rides on message_open: few are open at any time, so that they may be sorted. */
const OPEN = `
  SELECT * FROM message_row
   WHERE id IN (SELECT id FROM message INDEXED BY message_open
                 WHERE open = 1 AND id < @beforeId AND (@state IS NULL OR state = @state) ORDER BY id DESC LIMIT 0 + @limit)
   ORDER BY id DESC`;

/** Walks the primary key backwards: no filter, or one that most rows pass. */
const ALL = `SELECT * FROM message_row WHERE id < @beforeId AND (@open IS NULL OR open = @open) ORDER BY id DESC LIMIT 0 + @limit`;

/** Each rides on the partial index of its state, which a literal alone matches; delivered ones are most of all and are found by walking backwards. */
const IN_STATE: Record<MessageState, string> = {
  ready: `
    SELECT * FROM message_row
     WHERE id IN (SELECT id FROM message INDEXED BY message_ready
                   WHERE state = 'ready' AND id < @beforeId AND (@open IS NULL OR open = @open) ORDER BY id DESC LIMIT 0 + @limit)
     ORDER BY id DESC`,
  scheduled: `
    SELECT * FROM message_row
     WHERE id IN (SELECT id FROM message INDEXED BY message_scheduled
                   WHERE state = 'scheduled' AND id < @beforeId AND (@open IS NULL OR open = @open) ORDER BY id DESC LIMIT 0 + @limit)
     ORDER BY id DESC`,
  blocked: `
    SELECT * FROM message_row
     WHERE id IN (SELECT id FROM message INDEXED BY message_blocked
                   WHERE state = 'blocked' AND id < @beforeId AND (@open IS NULL OR open = @open) ORDER BY id DESC LIMIT 0 + @limit)
     ORDER BY id DESC`,
  leased: `
    SELECT * FROM message_row
     WHERE id IN (SELECT id FROM message INDEXED BY message_leased
                   WHERE state = 'leased' AND id < @beforeId AND (@open IS NULL OR open = @open) ORDER BY id DESC LIMIT 0 + @limit)
     ORDER BY id DESC`,
  delivered: `SELECT * FROM message_row WHERE +state = 'delivered' AND id < @beforeId AND (@open IS NULL OR open = @open) ORDER BY id DESC LIMIT 0 + @limit`,
  dead: `
    SELECT * FROM message_row
     WHERE id IN (SELECT id FROM message INDEXED BY message_dead
                   WHERE state = 'dead' AND id < @beforeId AND (@open IS NULL OR open = @open) ORDER BY id DESC LIMIT 0 + @limit)
     ORDER BY id DESC`,
  cancelled: `
    SELECT * FROM message_row
     WHERE id IN (SELECT id FROM message INDEXED BY message_cancelled
                   WHERE state = 'cancelled' AND id < @beforeId AND (@open IS NULL OR open = @open) ORDER BY id DESC LIMIT 0 + @limit)
     ORDER BY id DESC`,
};

const DEFAULT_LIMIT = 100;

export type ListVerb = (filter: RequestOf<'list'>) => Message[];

export function prepareList(
  db: Database,
  { addresses, blockers }: { addresses: Addresses; blockers: Blockers },
): ListVerb {
  type Filter = {
    agent: string | null;
    state: MessageState | null;
    open: number | null;
    threadId: string | null;
    beforeId: number;
    limit: number;
  };
  const prepare = (sql: string) => db.prepare<Filter, MessageRow>(sql);
  const ofAgent = prepare(OF_AGENT);
  const ofThread = prepare(OF_THREAD);
  const open = prepare(OPEN);
  const all = prepare(ALL);
  const inState = new Map(Object.entries(IN_STATE).map(([state, sql]) => [state, prepare(sql)]));

  function statementFor(filter: Filter) {
    if (filter.threadId !== null) return ofThread;
    if (filter.agent !== null) return ofAgent;
    if (filter.open === 1) return open;
    return (filter.state !== null && inState.get(filter.state)) || all;
  }

  return ({
    agent,
    state,
    open: wantsOpen,
    threadId,
    limit = DEFAULT_LIMIT,
    beforeId = Number.MAX_SAFE_INTEGER,
  }) => {
    const filter: Filter = {
      agent: agent === undefined ? null : addresses.resolve(agent).agent,
      state: state ?? null,
      open: wantsOpen === undefined ? null : Number(wantsOpen),
      threadId: threadId ?? null,
      beforeId,
      limit,
    };
    return statementFor(filter)
      .all(filter)
      .map((row) => blockers.shownFrom(row));
  };
}
