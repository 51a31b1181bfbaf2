/** Stores messages: all of a batch or none, each once per idempotency key. */
import { createHash } from 'node:crypto';
import { OrqError } from '../../protocol/errors.ts';
import { MAX_FAILURES, MAX_TEXT_BYTES, type DependencyPolicy } from '../../protocol/message.ts';
import { projectOfAddress } from '../../protocol/names.ts';
import type { Enqueued } from '../../protocol/schemas.ts';
import { laneOf } from '../../queue/lane.ts';
import { nearest } from '../../queue/nearest.ts';
import { firstReadyAtMs, placeAt, placeSent } from '../../queue/placement.ts';
import type { SentMessage } from '../../queue/store.ts';
import type { Addresses } from './address.ts';
import type { Broadcasts } from './broadcast.ts';
import type { Database } from './database.ts';
import type { Dependencies } from './dependency.ts';
import type { DoneVerb } from './done.ts';
import type { Floods } from './flood.ts';
import type { Order } from './order.ts';

const INSERT_MESSAGE = `
  INSERT INTO message (agent, state, priority, sender, project, thread_id, reply_to, wake, idempotency_key, max_failures,
                       enqueued_at_ms, ready_at_ms, expires_at_ms, hops, held, lane, on_dependency_failure, dependency_until_ms)
  VALUES (@agent, @state, @priority, @from, @project, @threadId, @replyTo, @wake, @idempotencyKey, @maxFailures,
          @nowMs, @readyAtMs, @expiresAtMs, @hops, @held, @lane, @onDependencyFailure, @dependencyUntilMs)
  RETURNING id`;
const INSERT_TEXT = `INSERT INTO message_text (message_id, text) VALUES (@id, @text)`;
const INSERT_KEY = `INSERT INTO idempotency_key (address, key, message_id, fingerprint, at_ms) VALUES (@address, @key, @id, @fingerprint, @sentAtMs)`;

/** Rides on the primary keys. */
const SELECT_KEY = `
  SELECT message_id AS id, fingerprint, agent, state
    FROM idempotency_key JOIN message ON message.id = message_id
   WHERE address = @address AND key = @key`;

/** Rides on the primary key. */
const SELECT_STATE = `SELECT state FROM message WHERE id = @id`;

interface Keyed {
  readonly id: number;
  readonly fingerprint: string;
  readonly agent: string;
  readonly state: Enqueued['state'];
}

export type EnqueueVerb = (messages: readonly SentMessage[], nowMs: number) => Enqueued[];

export function prepareEnqueue(
  db: Database,
  {
    addresses,
    broadcasts,
    done,
    dependencies,
    floods,
    order,
  }: {
    addresses: Addresses;
    broadcasts: Broadcasts;
    done: DoneVerb;
    dependencies: Dependencies;
    floods: Floods | null;
    order: Order;
  },
): EnqueueVerb {
  const insertMessage = db.prepare<object, { id: number }>(INSERT_MESSAGE);
  const insertText = db.prepare<{ id: number; text: string }>(INSERT_TEXT);
  const insertKey = db.prepare<{
    address: string;
    key: string;
    id: number;
    fingerprint: string;
    sentAtMs: number;
  }>(INSERT_KEY);
  const selectKey = db.prepare<{ address: string; key: string }, Keyed>(SELECT_KEY);
  const selectState = db.prepare<{ id: number }, Pick<Enqueued, 'state'>>(SELECT_STATE);

  function repeated(message: SentMessage, fingerprint: string): Enqueued | undefined {
    const { idempotencyKey: key, agent: address } = message;
    const stored = key === undefined ? undefined : selectKey.get({ address, key });
    if (!stored) return undefined;
    if (stored.fingerprint !== fingerprint) {
      throw new OrqError(
        'key_conflict',
        `idempotency key "${key}": message ${stored.id} was stored under it with another body`,
        { details: { id: stored.id } },
      );
    }
    const { id, agent, state } = stored;
    if (key !== undefined && projectOfAddress(address) !== undefined)
      return toAll(address, broadcasts.under(address, key), false);
    return { id, agent, state, created: false, agentKnown: addresses.isAgent(agent) };
  }

  function addressee({ agent: address, mustExist }: SentMessage): { agent: string; known: boolean } {
    const { agent, known } = addresses.meant(address);
    if (!known && mustExist)
      throw new OrqError('not_found', `agent "${address}": not known`, {
        details: { nearest: nearest(address, addresses.all()) },
      });
    return { agent, known };
  }

  function store(message: SentMessage, firstOfBatch: number, nowMs: number): Enqueued {
    const fingerprint = fingerprintOf(message);
    assertUnicode(message);
    assertLength(message);
    const before = repeated(message, fingerprint);
    if (before) return before;
    const { agent: address, idempotencyKey: key } = message;
    const project = projectOfAddress(address);
    if (project !== undefined) {
      const toEach = { project, ...message };
      const messages = broadcasts.agentsOf(project).map((agent) => put(toEach, agent, firstOfBatch, nowMs));
      const reply = toAll(address, messages, true);
      if (key === undefined) return reply;
      insertKey.run({ address, key, id: reply.id, fingerprint, sentAtMs: sentAt(message, nowMs) });
      broadcasts.keep(address, key, messages);
      return reply;
    }
    const { agent, known } = addressee(message);
    const stored = put(message, agent, firstOfBatch, nowMs);
    if (key !== undefined)
      insertKey.run({ address, key, id: stored.id, fingerprint, sentAtMs: sentAt(message, nowMs) });
    return { ...stored, created: true, agentKnown: known };
  }

  /** Stores one message for one agent. */
  function put(
    message: SentMessage,
    agent: string,
    firstOfBatch: number,
    nowMs: number,
  ): Pick<Enqueued, 'id' | 'agent' | 'state'> {
    const { text, idempotencyKey: key, ttlMs, replyTo } = message;
    const asksWho = floods !== null || message.from === undefined;
    const sentBy = asksWho ? (addresses.ofCaller(message.caller ?? {}) ?? null) : null;
    const from = message.from ?? sentBy;
    if (replyTo !== undefined && !selectState.get({ id: replyTo }))
      throw new OrqError('not_found', `message ${replyTo}: not stored, so nothing can reply to it`);
    dependencies.assertKnown(message, firstOfBatch);
    const priority = message.priority ?? 0;
    const threadId = message.threadId ?? null;
    const sentAtMs = sentAt(message, nowMs);
    const wishedAtMs = firstReadyAtMs(message, sentAtMs);
    const placement = placeAt(wishedAtMs, nowMs);
    const flood = floods?.judge({ agent, from, sentBy, readyAtMs: placement.readyAtMs }, nowMs);
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
  }

  function settled<Each extends Pick<Enqueued, 'id' | 'state'>>(reply: Each): Each {
    return reply.state === 'blocked' ? { ...reply, ...selectState.get({ id: reply.id }) } : reply;
  }

  function storeAll(messages: readonly SentMessage[], nowMs: number): Enqueued[] {
    let firstOfBatch = Infinity;
    const stored = messages.map((message, index) =>
      inPlace(index, messages.length, () => {
        const reply = store(message, firstOfBatch, nowMs);
        if (reply.created) firstOfBatch = Math.min(firstOfBatch, reply.id);
        return reply;
      }),
    );
    for (const id of dependencies.tie(messages, stored)) order.enter(id);
    order.settle(nowMs);
    // What had to wait for others first may have gone, or died, at once.
    return stored.map((reply) => ({
      ...settled(reply),
      ...(reply.messages && { messages: reply.messages.map((each) => settled(each)) }),
    }));
  }

  return (messages, nowMs) => {
    const stored = storeAll(messages, nowMs);
    const unknown = new Set(stored.filter(({ agentKnown }) => !agentKnown).map(({ agent }) => agent));
    if (unknown.size === 0) return stored;
    const known = addresses.all();
    const near = new Map([...unknown].map((agent) => [agent, nearest(agent, known)]));
    return stored.map((reply) => {
      const name = reply.agentKnown ? undefined : near.get(reply.agent);
      return name === undefined ? reply : { ...reply, nearest: name };
    });
  };
}

/** A key is as old as its message, by which the pruner finds it. A sender's clock may run ahead. */
function sentAt({ sentAtMs }: SentMessage, nowMs: number): number {
  return Math.min(sentAtMs ?? nowMs, nowMs);
}

function toAll(
  address: string,
  messages: readonly Pick<Enqueued, 'id' | 'agent' | 'state'>[],
  created: boolean,
): Enqueued {
  const [first] = messages;
  if (!first) throw new Error(`a project had agents and no message was stored for ${address}`);
  return { ...first, agent: address, created, agentKnown: true, messages: [...messages] };
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

/** SQLite would store half of a surrogate pair as another letter, under which nobody finds a name again. */
export function assertUnicode(message: object): void {
  for (const [field, value] of Object.entries(message) as [string, unknown][])
    if (typeof value === 'string' && !value.isWellFormed())
      throw new OrqError('bad_request', `${field}: holds half of a surrogate pair, which is no Unicode text`);
}

export function assertLength({ text }: { readonly text: string }): void {
  const over = Buffer.byteLength(text) - MAX_TEXT_BYTES;
  if (over > 0)
    throw new OrqError('too_large', `text: ${over} bytes over the limit of ${MAX_TEXT_BYTES}`, {
      details: { over },
    });
}

/** In a batch a refusal says which message it means. */
function inPlace<T>(index: number, count: number, run: () => T): T {
  if (count === 1) return run();
  try {
    return run();
  } catch (error) {
    if (!(error instanceof OrqError)) throw error;
    const { code, message, details, cause } = error;
    throw new OrqError(code, `message ${index + 1} of ${count}: ${message}`, {
      cause,
      details: { ...details, index },
    });
  }
}

/** Two requests are the same where every field that the sender gave is the same; what the daemon adds does not count. */
function fingerprintOf(message: SentMessage): string {
  const fields = Object.entries(message)
    .filter(([name]) => name !== 'caller' && name !== 'sentAtMs' && name !== 'idempotencyKey')
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(fields)).digest('base64url');
}
