/** What a message takes from the one that it replies to: whom it is for where it says nothing of that, and its thread. */
import { OrqError } from '../../protocol/errors.ts';
import { isAgentId } from '../../protocol/names.ts';
import type { SentMessage } from '../../queue/store.ts';
import { placeReply, type Answered } from '../../queue/thread.ts';
import type { Addresses } from './address.ts';
import type { Database } from './database.ts';

/** Rides on the primary key. */
const SELECT_ANSWERED = `SELECT id, thread_id AS threadId, sender, notice FROM message WHERE id = @replyTo`;

/** Rides on the primary key. */
const BEGIN_THREAD = `UPDATE message SET thread_id = @threadId WHERE id = @replyTo AND thread_id IS NULL`;

/** A message that says whom it is for. */
export type Addressed = SentMessage & { readonly agent: string };

export interface Replies {
  /** @throws OrqError bad_request, not_found; wrong_state where nobody would get a reply. */
  addressed(message: SentMessage): Addressed;
  /** The thread of a message, which may begin with the one that it replies to. @throws OrqError not_found. */
  threadOf(message: SentMessage): string | null;
}

type Stored = Answered & { readonly sender: string | null; readonly notice: 0 | 1 };

export function prepareReplies(db: Database, { addresses }: { addresses: Addresses }): Replies {
  const selectAnswered = db.prepare<{ replyTo: number }, Stored>(SELECT_ANSWERED);
  const beginThread = db.prepare<{ replyTo: number; threadId: string }>(BEGIN_THREAD);

  function answered(replyTo: number): Stored {
    const stored = selectAnswered.get({ replyTo });
    if (stored) return stored;
    throw new OrqError('not_found', `message ${replyTo}: not stored, so nothing can reply to it`);
  }

  /** A sender's name is a claim: one that means a whole project, or that no agent can have, is nobody to reply to. */
  function senderOf({ id, sender, notice }: Stored): string {
    const fault = faultOf(sender, notice === 1);
    if (sender !== null && fault === undefined) return sender;
    throw new OrqError('wrong_state', `message ${id}: ${fault}, so nobody would get a reply`, {
      details: { id, sender, answerable: false },
    });
  }

  function faultOf(sender: string | null, isNotice: boolean): string | undefined {
    if (sender === null) return 'has no sender';
    if (isNotice) return 'is from orq itself';
    if (isAgentId(sender) || (!sender.startsWith('@') && addresses.resolve(sender).known)) return undefined;
    return `is from ${JSON.stringify(sender)}, which is no agent`;
  }

  return {
    addressed: (message) => {
      const { agent, replyTo } = message;
      if (agent !== undefined) return { ...message, agent };
      if (replyTo !== undefined) return { ...message, agent: senderOf(answered(replyTo)) };
      throw new OrqError('bad_request', 'agent: none was said, and the message replies to none');
    },
    threadOf: ({ replyTo, threadId: given }) => {
      if (replyTo === undefined) return given ?? null;
      const { threadId, begun } = placeReply(answered(replyTo), given);
      if (begun) beginThread.run({ replyTo, threadId });
      return threadId;
    },
  };
}
