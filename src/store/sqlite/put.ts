/** Puts one message into the box of one agent: what the sender left out is filled in, and its place is found. */
import { OrqError } from '../../protocol/errors.ts';
import { MAX_FAILURES, type DependencyPolicy } from '../../protocol/message.ts';
import type { Enqueued } from '../../protocol/schemas.ts';
import { laneOf } from '../../queue/lane.ts';
import { firstReadyAtMs, placeAt, placeSent } from '../../queue/placement.ts';
import type { SentMessage } from '../../queue/store.ts';
import type { Addresses } from './address.ts';
import type { Database } from './database.ts';
import type { Dependencies } from './dependency.ts';
import type { DoneVerb } from './done.ts';
import type { Floods } from './flood.ts';
import type { Order } from './order.ts';
import type { Replies } from './reply.ts';
import { sentAt } from './sent-message.ts';

const INSERT_MESSAGE = `
  INSERT INTO message (agent, state, priority, sender, project, thread_id, reply_to, wake, idempotency_key, max_failures,
                       enqueued_at_ms, ready_at_ms, expires_at_ms, hops, held, lane, on_dependency_failure, dependency_until_ms,
                       names_time)
  VALUES (@agent, @state, @priority, @from, @project, @threadId, @replyTo, @wake, @idempotencyKey, @maxFailures,
          @nowMs, @readyAtMs, @expiresAtMs, @hops, @held, @lane, @onDependencyFailure, @dependencyUntilMs, @namesTime)
  RETURNING id`;
const INSERT_TEXT = `INSERT INTO message_text (message_id, text) VALUES (@id, @text)`;

/** Stores one message for one agent; `firstOfBatch` and later ids were not there when it was sent. @throws OrqError not_found, bad_request. */
export type Put = (
  message: SentMessage,
  agent: string,
  firstOfBatch: number,
  nowMs: number,
) => Pick<Enqueued, 'id' | 'agent' | 'state'>;

export function preparePut(
  db: Database,
  {
    addresses,
    done,
    dependencies,
    floods,
    order,
    replies,
  }: {
    addresses: Addresses;
    done: DoneVerb;
    dependencies: Dependencies;
    floods: Floods;
    order: Order;
    replies: Replies;
  },
): Put {
  const insertMessage = db.prepare<object, { id: number }>(INSERT_MESSAGE);
  const insertText = db.prepare<{ id: number; text: string }>(INSERT_TEXT);
  return (message, agent, firstOfBatch, nowMs) => {
    const { text, idempotencyKey: key, ttlMs, replyTo } = message;
    const asksWho = floods.isOn || message.from === undefined;
    const sentBy = asksWho ? (addresses.ofCaller(message.caller ?? {}) ?? null) : null;
    const from = message.from ?? sentBy;
    const threadId = replies.threadOf(message);
    dependencies.assertKnown(message, firstOfBatch);
    const priority = message.priority ?? 0;
    const sentAtMs = sentAt(message, nowMs);
    const wishedAtMs = firstReadyAtMs(message, sentAtMs);
    const placement = placeAt(wishedAtMs, nowMs);
    const flood = floods.isOn
      ? floods.judge({ agent, from, sentBy, readyAtMs: placement.readyAtMs }, nowMs)
      : undefined;
    const project = message.project ?? (message.scope === 'project' ? addresses.projectOf(agent) : null);
    const lane = laneOfSent(message, project);
    const { state, readyAtMs, held } = placeSent(
      placement,
      { inLane: lane !== null, waits: (message.after ?? []).length > 0 },
      flood?.hold ?? null,
    );
    const inserted = insertMessage.get({
      agent,
      state,
      readyAtMs,
      namesTime: Number(readyAtMs === message.atMs),
      priority,
      from,
      threadId,
      nowMs: sentAtMs,
      project,
      lane,
      ...dependencyColumns(message, sentAtMs),
      replyTo: replyTo ?? null,
      wake: message.wake ?? 'now',
      idempotencyKey: key ?? null,
      maxFailures: MAX_FAILURES,
      hops: flood?.hops ?? 0,
      held,
      expiresAtMs: ttlMs === undefined ? null : (flood?.hold ? readyAtMs : wishedAtMs) + ttlMs,
    });
    if (!inserted) throw new Error('an insert returned no row');
    const { id } = inserted;
    insertText.run({ id, text });
    if (state === 'blocked') order.enter(id);
    if (replyTo !== undefined && from !== null) done.byReply(replyTo, from, nowMs);
    return { id, agent, state };
  };
}

function laneOfSent({ scope = 'agent' }: SentMessage, project: string | null): string | null {
  if (scope === 'project' && project === null)
    throw new OrqError('bad_request', 'scope: "project" needs a project');
  return laneOf(scope, project);
}

function dependencyColumns(
  { after, onDependencyFailure, dependencyTimeoutMs }: SentMessage,
  nowMs: number,
): { onDependencyFailure: DependencyPolicy | null; dependencyUntilMs: number | null } {
  if (after === undefined && (onDependencyFailure !== undefined || dependencyTimeoutMs !== undefined))
    throw new OrqError('bad_request', 'onDependencyFailure and dependencyTimeoutMs need after');
  if (after === undefined || after.length === 0)
    return { onDependencyFailure: null, dependencyUntilMs: null };
  return {
    onDependencyFailure: onDependencyFailure ?? 'fail',
    dependencyUntilMs: dependencyTimeoutMs === undefined ? null : nowMs + dependencyTimeoutMs,
  };
}
