/** Messages that were given up: found, and chosen for a verb. */
import type { Message, RequestOf } from '../../protocol/schemas.ts';
import { assertState, type Held } from '../../queue/acknowledge.ts';
import { assertChoice, DEAD_BATCH, type DeadChoice } from '../../queue/dead-letter.ts';
import type { Addresses } from './address.ts';
import type { Database } from './database.ts';
import { messageFromRow, type MessageRow } from './message-row.ts';
import type { Settling } from './settle.ts';

/** Rides on message_dead; at most a page, so that it may be sorted. */
const SELECT_DEAD = `
  SELECT * FROM message_row
   WHERE id IN (SELECT id FROM message INDEXED BY message_dead
                 WHERE state = 'dead' AND id < @beforeId AND (@agent IS NULL OR agent = @agent)
                   AND (@reason IS NULL OR substr(reason, 1, length(@reason)) = @reason)
                 ORDER BY id DESC LIMIT 0 + @limit)
   ORDER BY id DESC`;

/** Walks message_dead: the oldest first, because they are handed out first. */
const SELECT_IDS = `
  SELECT id FROM message INDEXED BY message_dead
   WHERE state = 'dead' AND (@agent IS NULL OR agent = @agent)
     AND (@reason IS NULL OR substr(reason, 1, length(@reason)) = @reason)
   ORDER BY id LIMIT 0 + @limit`;

const DEFAULT_LIMIT = 100;

export interface DeadLetters {
  /** Newest first. */
  list(filter: RequestOf<'deadList'>): Message[];
  /** @throws OrqError bad_request, not_found, wrong_state (not dead), ambiguous_address. */
  chosen(verb: string, choice: DeadChoice): { messages: Held[]; more: boolean };
}

export function prepareDeadLetters(
  db: Database,
  { addresses, settling }: { addresses: Addresses; settling: Settling },
): DeadLetters {
  type Filter = { agent: string | null; reason: string | null; limit: number };
  const select = db.prepare<Filter & { beforeId: number }, MessageRow>(SELECT_DEAD);
  const selectIds = db.prepare<Filter, { id: number }>(SELECT_IDS);
  const agentOf = (address: string | undefined): string | null =>
    address === undefined ? null : addresses.resolve(address).agent;

  return {
    list: ({ agent, reason = null, limit = DEFAULT_LIMIT, beforeId = Number.MAX_SAFE_INTEGER }) =>
      select.all({ agent: agentOf(agent), reason, limit, beforeId }).map(messageFromRow),
    chosen: (verb, { ids, agent, reason }) => {
      assertChoice({ ids, agent, reason });
      const found = ids
        ? [...new Set(ids)]
        : selectIds
            .all({ agent: agentOf(agent), reason: reason ?? null, limit: DEAD_BATCH + 1 })
            .map(({ id }) => id);
      const messages = found.slice(0, DEAD_BATCH).map((id) => settling.read(id));
      for (const message of messages) assertState(message, verb, ['dead']);
      return { messages, more: found.length > DEAD_BATCH };
    },
  };
}
