/** Stores messages: all of a batch or none, each once per idempotency key. */
import { OrqError } from '../../protocol/errors.ts';
import { projectOfAddress } from '../../protocol/names.ts';
import type { Enqueued } from '../../protocol/schemas.ts';
import { nearest } from '../../queue/nearest.ts';
import type { SentMessage } from '../../queue/store.ts';
import type { Addresses } from './address.ts';
import type { Broadcasts } from './broadcast.ts';
import type { Database } from './database.ts';
import type { Dependencies } from './dependency.ts';
import type { Order } from './order.ts';
import type { Put } from './put.ts';
import type { Addressed, Replies } from './reply.ts';
import { assertLength, assertUnicode, fingerprintOf, sentAt } from './sent-message.ts';

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
    dependencies,
    order,
    put,
    replies,
  }: {
    addresses: Addresses;
    broadcasts: Broadcasts;
    dependencies: Dependencies;
    order: Order;
    put: Put;
    replies: Replies;
  },
): EnqueueVerb {
  const insertKey = db.prepare<{
    address: string;
    key: string;
    id: number;
    fingerprint: string;
    sentAtMs: number;
  }>(INSERT_KEY);
  const selectKey = db.prepare<{ address: string; key: string }, Keyed>(SELECT_KEY);
  const selectState = db.prepare<{ id: number }, Pick<Enqueued, 'state'>>(SELECT_STATE);

  function repeated(message: Addressed, fingerprint: string): Enqueued | undefined {
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

  function addressee({ agent: address, mustExist }: Addressed): { agent: string; known: boolean } {
    const { agent, known } = addresses.meant(address);
    if (!known && mustExist)
      throw new OrqError('not_found', `agent "${address}": not known`, {
        details: { nearest: nearest(address, addresses.all()) },
      });
    return { agent, known };
  }

  function store(sent: SentMessage, firstOfBatch: number, nowMs: number): Enqueued {
    const fingerprint = fingerprintOf(sent);
    assertUnicode(sent);
    assertLength(sent);
    const message = replies.addressed(sent);
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

function toAll(
  address: string,
  messages: readonly Pick<Enqueued, 'id' | 'agent' | 'state'>[],
  created: boolean,
): Enqueued {
  const [first] = messages;
  if (!first) throw new Error(`a project had agents and no message was stored for ${address}`);
  return { ...first, agent: address, created, agentKnown: true, messages: [...messages] };
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
