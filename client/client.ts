/** The typed client: a method for each call of the contract, built from its table. */
import { randomUUID } from 'node:crypto';
import { CALLS, type CallName } from '../src/protocol/calls.ts';
import type { EventFilter } from '../src/protocol/change-schema.ts';
import { OrqError } from '../src/protocol/errors.ts';
import type { Enqueued, ReplyOf, RequestOf } from '../src/protocol/schemas.ts';
import type { NewMessage } from '../src/protocol/new-message.ts';
import { readEvents, type EventOptions, type Streamed } from './event-stream.ts';
import { chooseSocket } from './socket-path.ts';
import { openTransport, type Transport } from './transport.ts';

export interface CallOptions {
  /** Ends the call; it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Default 30 s, for a dequeue that waits that much longer. */
  readonly timeoutMs?: number;
  /** Facts about the caller for the daemon, already encoded. */
  readonly headers?: Readonly<Record<string, string>>;
}

type PlainCalls = {
  readonly [Name in Exclude<CallName, 'enqueue'>]: (
    request: RequestOf<Name>,
    options?: CallOptions,
  ) => Promise<ReplyOf<Name>>;
};

/** Every method rejects with an OrqError. A call that may be repeated is sent a second time when its connection breaks. */
export interface Client extends PlainCalls, AsyncDisposable {
  readonly socket: string;
  /** One message, or many atomically; without an idempotency key each gets a random one. */
  enqueue(message: NewMessage, options?: CallOptions): Promise<Enqueued>;
  enqueue(messages: NewMessage[], options?: CallOptions): Promise<Enqueued[]>;
  /** What happens to messages from now on, or from where `after` says, over one connection; ends with the stream. */
  events(filter?: EventFilter, options?: EventOptions): AsyncIterable<Streamed>;
  /** Drops the kept connections. */
  close(): Promise<void>;
}

export interface ClientOptions {
  /** Path of the daemon's socket; default: ORQ_SOCKET, else the usual place. */
  readonly socket?: string;
}

type Fields = Readonly<Record<string, unknown>>;

const TIMEOUT_MS = 30_000;

/** Nothing is connected before the first call.
 * @throws OrqError `socket_unusable` when the path is too long. */
export function createClient(options: ClientOptions = {}): Client {
  const transport = openTransport(chooseSocket(options.socket, process.env));
  const close = async () => transport.close();
  const methods = Object.keys(CALLS).map((name) => [name, callOf(transport, name as CallName)] as const);
  return {
    ...(Object.fromEntries(methods) as unknown as PlainCalls & Pick<Client, 'enqueue'>),
    socket: transport.socket,
    events: (filter, streamed) => readEvents(transport.socket, filter, streamed),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function callOf(transport: Transport, name: CallName) {
  return async (request: Fields | Fields[], options: CallOptions = {}): Promise<unknown> => {
    const { asked, repeatable } = withKey(name, request);
    const exchange = { timeoutMs: TIMEOUT_MS + waitOf(asked), ...route(name, asked), ...options };
    try {
      return await transport.exchange(exchange);
    } catch (error) {
      if (!repeatable || !isInDoubt(error)) throw error;
      return transport.exchange(exchange);
    }
  };
}

/** What makes a request safe to send twice: reading, the idempotency key of an enqueue, the request id of a dequeue. */
function withKey(name: CallName, request: Fields | Fields[]) {
  if (Array.isArray(request) || name === 'enqueue') {
    const keyed = (message: Fields) => ({
      ...message,
      idempotencyKey: message['idempotencyKey'] ?? randomUUID(),
    });
    return { asked: Array.isArray(request) ? request.map(keyed) : keyed(request), repeatable: true };
  }
  if (name === 'dequeue') return { asked: { requestId: randomUUID(), ...request }, repeatable: true };
  return { asked: request, repeatable: CALLS[name].method === 'GET' };
}

function isInDoubt(error: unknown): boolean {
  return error instanceof OrqError && error.code === 'unreachable' && error.details?.['inDoubt'] === true;
}

function waitOf(request: Fields | Fields[]): number {
  const waitMs = Array.isArray(request) ? undefined : request['waitMs'];
  return typeof waitMs === 'number' ? waitMs : 0;
}

function route(name: CallName, request: Fields | Fields[]) {
  const { method, path } = CALLS[name];
  if (method === 'POST') return { method, path, body: request };
  const rest = new Map(Object.entries(request).filter(([, value]) => value !== undefined));
  const filled = path.replaceAll(/:(\w+)/g, (_, field: string) => {
    const value = rest.get(field);
    rest.delete(field);
    return encodeURIComponent(String(value));
  });
  const query = new URLSearchParams();
  for (const [field, value] of rest) query.set(field, String(value));
  return { method, path: query.size > 0 ? `${filled}?${query.toString()}` : filled };
}
