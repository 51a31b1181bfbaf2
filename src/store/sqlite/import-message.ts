/** Writes one imported message as it was, under a new id. */
import { OrqError } from '../../protocol/errors.ts';
import type { ExportedMessage } from '../../protocol/export-schemas.ts';
import { MAX_FAILURES, type MessageState } from '../../protocol/message.ts';
import { placeImported } from '../../queue/import.ts';
import { laneOf } from '../../queue/lane.ts';
import type { Addresses } from './address.ts';
import type { Database } from './database.ts';
import type { Order } from './order.ts';
import { assertLength, assertUnicode } from './sent-message.ts';

const INSERT_MESSAGE = `
  INSERT INTO message (agent, state, priority, sender, project, thread_id, reply_to, wake, idempotency_key, notice, attempts, failures,
                       max_failures, enqueued_at_ms, ready_at_ms, names_time, expires_at_ms, ended_at_ms, reason, hops, held, lane,
                       on_dependency_failure, dependency_until_ms)
  VALUES (@agent, @state, @priority, @from, @project, @threadId, @replyTo, @wake, @idempotencyKey, @notice, @attempts, @failures,
          @maxFailures, @enqueuedAtMs, @readyAtMs, @namesTime, @expiresAtMs, @endedAtMs, @reason, @hops, @held, @lane,
          @onDependencyFailure, @dependencyUntilMs)
  RETURNING id`;
const INSERT_TEXT = `INSERT INTO message_text (message_id, text) VALUES (@id, @text)`;
const INSERT_RECEIPT = `
  INSERT INTO receipt (message_id, number, kind, at_ms, session_id, event) VALUES (@id, @number, @kind, @atMs, @session, @event)`;

/** @throws OrqError bad_request, ambiguous_address, not_found, too_large. */
export type ImportMessage = (
  message: ExportedMessage,
  replyTo: number | null,
  nowMs: number,
) => { readonly id: number; readonly agent: string; readonly state: MessageState };

export function prepareImportMessage(
  db: Database,
  { addresses, order }: { addresses: Addresses; order: Order },
): ImportMessage {
  const insert = db.prepare<object, { id: number }>(INSERT_MESSAGE);
  const insertText = db.prepare<{ id: number; text: string }>(INSERT_TEXT);
  const insertReceipt = db.prepare<object>(INSERT_RECEIPT);
  return (message, replyTo, nowMs) => {
    assertUnicode(message);
    assertLength(message);
    const { agent } = addresses.meant(message.agent);
    const project = message.project ?? null;
    if (message.scope === 'project' && project === null)
      throw new OrqError('bad_request', 'scope: "project" needs a project');
    const waits = (message.after ?? []).length > 0;
    const { state, ...place } = placeImported(message, waits, nowMs);
    const inserted = insert.get({
      ...place,
      agent,
      state,
      project,
      replyTo,
      priority: message.priority ?? 0,
      from: message.from ?? null,
      threadId: message.threadId ?? null,
      wake: message.wake ?? 'now',
      idempotencyKey: message.idempotencyKey ?? message.key?.key ?? null,
      notice: Number(message.notice ?? false),
      attempts: message.attempts ?? 0,
      failures: message.failures ?? 0,
      maxFailures: MAX_FAILURES,
      namesTime: Number(message.namesTime ?? false),
      expiresAtMs: message.expiresAtMs ?? null,
      hops: message.hops ?? 0,
      held: message.held ?? null,
      lane: laneOf(message.scope ?? 'agent', project),
      dependencyUntilMs: waits ? (message.dependencyUntilMs ?? null) : null,
    });
    if (!inserted) throw new Error('an insert returned no row');
    const { id } = inserted;
    insertText.run({ id, text: message.text });
    for (const [number, receipt] of (message.receipts ?? []).entries())
      insertReceipt.run({ ...receipt, id, number: number + 1 });
    if (state === 'blocked') order.enter(id);
    return { id, agent, state };
  };
}
