/** Tells the sender of a message that was given up, in the transaction that gave it up. */
import { MAX_FAILURES } from '../../protocol/message.ts';
import { EXCERPT_LENGTH, noticeOfDeath, ORQ } from '../../queue/notice.ts';
import type { Database } from './database.ts';

/** Rides on the primary keys. A sender that is no agent cannot be told, and the death of a notice tells nobody: else two dead boxes would write to each other for ever. */
const SELECT_GIVEN_UP = `
  SELECT message.id, message.agent, agent.id AS sender, message.project, thread_id AS threadId,
         substr(reason, 1, ${EXCERPT_LENGTH}) AS reason, substr(text, 1, ${EXCERPT_LENGTH}) AS excerpt
    FROM message JOIN message_text ON message_text.message_id = message.id JOIN agent ON agent.id = message.sender
   WHERE message.id = @id AND message.state = 'dead' AND notice = 0`;

const INSERT_NOTICE = `
  INSERT INTO message (agent, state, sender, project, thread_id, reply_to, wake, notice, max_failures, enqueued_at_ms, ready_at_ms)
  VALUES (@sender, 'ready', '${ORQ}', @project, @threadId, @id, 'later', 1, ${MAX_FAILURES}, @nowMs, @nowMs)
  RETURNING id`;

const INSERT_NOTICE_TEXT = `INSERT INTO message_text (message_id, text) VALUES (@id, @text)`;

interface Stored {
  readonly id: number;
  readonly agent: string;
  readonly sender: string;
  readonly project: string | null;
  readonly threadId: string | null;
  readonly reason: string;
  readonly excerpt: string;
}

export interface Notices {
  /** Tells of the message `id`, which has just become dead; replies with the agent that has the notice now. */
  ofDeath(id: number, nowMs: number): string[];
}

export function prepareNotices(db: Database): Notices {
  const select = db.prepare<{ id: number }, Stored>(SELECT_GIVEN_UP);
  type Row = Pick<Stored, 'id' | 'sender' | 'project' | 'threadId'> & { nowMs: number };
  const insert = db.prepare<Row, { id: number }>(INSERT_NOTICE);
  const insertText = db.prepare<{ id: number; text: string }>(INSERT_NOTICE_TEXT);
  return {
    ofDeath: (id, nowMs) => {
      const givenUp = select.get({ id });
      if (!givenUp) return [];
      const { sender, project, threadId } = givenUp;
      const notice = insert.get({ id, sender, project, threadId, nowMs });
      if (!notice) throw new Error('an insert returned no row');
      insertText.run({ id: notice.id, text: noticeOfDeath(givenUp) });
      return [sender];
    },
  };
}
