/** Briefings are made and stored in one transaction: a message that goes before all others and never rings. */
import { bootstrapText } from '../../agents/bootstrap.ts';
import { rebriefText } from '../../agents/rebrief.ts';
import { MAX_FAILURES } from '../../protocol/message.ts';
import {
  BRIEFING_PRIORITY,
  BRIEFING_UNITS,
  deliveredPassage,
  EXCERPT_LENGTH,
  openPassage,
  summaryPassage,
  type BriefingMaterial,
  type LastDelivered,
} from '../../queue/briefing.ts';
import type { Deliverable } from '../../queue/fence.ts';
import { ORQ } from '../../queue/notice.ts';
import type { Registry } from './agents.ts';
import type { Contexts } from './context.ts';
import type { Database } from './database.ts';

/** More than one answer can name. */
const MOST_OPEN = 100;

/** Rides on message_open. */
const SELECT_OPEN = `
  SELECT message.id, text, priority, sender AS "from", thread_id AS threadId, reply_to AS replyTo, enqueued_at_ms AS enqueuedAtMs, notice
    FROM message INDEXED BY message_open JOIN message_text ON message_text.message_id = message.id
   WHERE agent = @agent AND open = 1 ORDER BY message.id LIMIT ${MOST_OPEN}`;

/** Rides on message_leased. What the running turn was given before its context was compacted, and no event has proven yet. */
const SELECT_UNPROVEN = `
  SELECT message.id, text, priority, sender AS "from", thread_id AS threadId, reply_to AS replyTo, enqueued_at_ms AS enqueuedAtMs, notice
    FROM message INDEXED BY message_leased JOIN message_text ON message_text.message_id = message.id
   WHERE lease_session = @session AND lease_prompt_id = @promptId AND state = 'leased' AND lease_injected = 1 AND lease_parts_left IS NULL
     AND briefing = 0
   LIMIT ${MOST_OPEN}`;

/** Walks the newest few of message_agent: one that was delivered behind a long backlog is left out. */
const SELECT_LAST = `
  SELECT id, sender AS "from", ended_at_ms AS endedAtMs, substr(text, 1, ${EXCERPT_LENGTH}) AS excerpt
    FROM (SELECT id, sender, state, open, briefing, ended_at_ms FROM message INDEXED BY message_agent WHERE agent = @agent ORDER BY id DESC LIMIT 200)
    JOIN message_text ON message_text.message_id = id
   WHERE state = 'delivered' AND open = 0 AND briefing = 0
   ORDER BY id DESC LIMIT 5`;

/** Rides on message_ready: their priority is theirs alone. */
const REPLACE = `
  UPDATE message INDEXED BY message_ready
     SET state = 'cancelled', ended_at_ms = @nowMs, lease_token = lease_token + 2, reason = 'a newer briefing took its place'
   WHERE agent = @agent AND priority = ${BRIEFING_PRIORITY} AND state = 'ready' AND briefing = 1`;

const INSERT_BRIEFING = `
  INSERT INTO message (agent, state, priority, sender, wake, notice, briefing, max_failures, enqueued_at_ms, ready_at_ms)
  VALUES (@agent, 'ready', ${BRIEFING_PRIORITY}, '${ORQ}', 'later', 1, 1, ${MAX_FAILURES}, @nowMs, @nowMs)
  RETURNING id`;

const INSERT_BRIEFING_TEXT = `INSERT INTO message_text (message_id, text) VALUES (@id, @text)`;

/** The session that a briefing is for, where its turn goes on. */
export interface Turn {
  readonly key: number;
  readonly promptId: string;
}

export interface Briefings {
  compose(agent: string, turn: Turn | null, material: BriefingMaterial): string;
  /** Stores it in place of one that still waits; replies with its id. */
  put(agent: string, text: string, nowMs: number): number;
}

export function prepareBriefings(
  db: Database,
  { contexts, registry }: { contexts: Contexts; registry: Registry },
): Briefings {
  type Row = Omit<Deliverable, 'mayHaveBeenSeen' | 'notice'> & { readonly notice: number };
  const selectOpen = db.prepare<{ agent: string }, Row>(SELECT_OPEN);
  const selectUnproven = db.prepare<{ session: number; promptId: string }, Row>(SELECT_UNPROVEN);
  const selectLast = db.prepare<{ agent: string }, LastDelivered>(SELECT_LAST);
  const replace = db.prepare<{ agent: string; nowMs: number }>(REPLACE);
  const insert = db.prepare<{ agent: string; nowMs: number }, { id: number }>(INSERT_BRIEFING);
  const insertText = db.prepare<{ id: number; text: string }>(INSERT_BRIEFING_TEXT);

  return {
    compose: (agent, turn, material) => {
      const unproven = turn ? selectUnproven.all({ session: turn.key, promptId: turn.promptId }) : [];
      const open = [...selectOpen.all({ agent }), ...unproven].toSorted((a, b) => a.id - b.id);
      const { orqctl, cause, template, nonce } = material;
      // After a compaction its summary stands in the context already, and the one kept here is of an earlier one.
      const summary = cause === 'compaction' ? null : (contexts.of(agent)?.summary ?? null);
      return rebriefText(
        {
          cause,
          identity: bootstrapText({ agent, ...registry.teamOf(agent), orqctl }),
          open: open.map((row) =>
            openPassage({ ...row, notice: row.notice === 1, mayHaveBeenSeen: false }, material),
          ),
          rules: material.rules,
          activity: [
            ...material.work,
            ...selectLast.all({ agent }).map(deliveredPassage),
            ...(summary ? [summaryPassage(summary, nonce)] : []),
          ],
        },
        BRIEFING_UNITS,
        template,
      );
    },
    put: (agent, text, nowMs) => {
      replace.run({ agent, nowMs });
      const inserted = insert.get({ agent, nowMs });
      if (!inserted) throw new Error('an insert returned no row');
      insertText.run({ id: inserted.id, text });
      contexts.setBriefing(agent, text, nowMs);
      return inserted.id;
    },
  };
}
