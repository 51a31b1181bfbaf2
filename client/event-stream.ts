/** Reads the daemon's stream of changes: server-sent events over one connection of its own. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { EVENTS_PATH } from '../src/protocol/calls.ts';
import { errorFromJson } from '../src/protocol/error-json.ts';
import type { Change, EventFilter } from '../src/protocol/change-schema.ts';
import { errorFromErrno, parseJson, readText, timeoutError } from './transport.ts';

export interface EventOptions {
  /** Ends the stream; it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** The position that was read last: the stream goes on after it, or says `gap`. */
  readonly after?: string;
}

/** What the stream says of itself: nothing is missed from here on; something was; the reader was too slow; the daemon stops. */
export type StreamWord = 'listening' | 'gap' | 'dropped' | 'stopping';

export type Streamed =
  | { readonly word: 'change'; readonly position: string | null; readonly change: Change }
  | { readonly word: StreamWord; readonly position: string | null };

/** The daemon says something at least every 15 seconds; a connection that is silent for longer is dead. */
const SILENCE_MS = 45_000;

/** Nothing is asked for before the first step. @throws OrqError of the daemon, or `unreachable`, `timeout`. */
export async function* readEvents(
  socket: string,
  filter: EventFilter = {},
  { signal, after }: EventOptions = {},
): AsyncGenerator<Streamed, void, void> {
  signal?.throwIfAborted();
  const response = await openStream(socket, filter, after, signal);
  const onAbort = () => response.destroy(signal?.reason as Error);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    for await (const lines of framesOf(response)) {
      const streamed = streamedFrom(lines);
      if (streamed) yield streamed;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw errorFromErrno(error as NodeJS.ErrnoException, socket);
  } finally {
    signal?.removeEventListener('abort', onAbort);
    response.destroy();
  }
}

async function openStream(
  socket: string,
  { agent, message }: EventFilter,
  after: string | undefined,
  signal: AbortSignal | undefined,
): Promise<IncomingMessage> {
  const query = new URLSearchParams({
    ...(agent !== undefined && { agent }),
    ...(message !== undefined && { message: String(message) }),
  });
  const request = httpRequest({
    agent: false,
    socketPath: socket,
    path: `${EVENTS_PATH}?${query.toString()}`,
    headers: after === undefined ? {} : { 'last-event-id': after },
    ...(signal && { signal }),
  });
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.setTimeout(SILENCE_MS, () => request.destroy(timeoutError(socket, SILENCE_MS)));
    request.on('response', resolve);
    request.on('error', (error: NodeJS.ErrnoException) =>
      reject(signal?.aborted === true ? (signal.reason as Error) : errorFromErrno(error, socket)),
    );
    request.end();
  });
  const status = response.statusCode ?? 0;
  if (status >= 400) throw errorFromJson(parseJson(await readText(response)), status);
  return response;
}

/** Frames end with an empty line. */
async function* framesOf(response: IncomingMessage): AsyncGenerator<string[]> {
  response.setEncoding('utf8');
  let rest = '';
  for await (const piece of response as AsyncIterable<string>) {
    const frames = (rest + piece).split('\n\n');
    rest = frames.pop() ?? '';
    for (const frame of frames) yield frame.split('\n');
  }
}

/** A comment is a heartbeat; an event of another name is one of a newer daemon. */
function streamedFrom(lines: readonly string[]): Streamed | undefined {
  const fields = new Map(lines.map((line) => [line.split(':', 1)[0], line.replace(/^[^:]*: ?/, '')]));
  const data = fields.get('data');
  const position = fields.get('id') ?? null;
  if (data === undefined) return undefined;
  const word = fields.get('event');
  if (word === undefined) return { word: 'change', position, change: JSON.parse(data) as Change };
  return word === 'listening' || word === 'gap' || word === 'dropped' || word === 'stopping'
    ? { word, position }
    : undefined;
}
