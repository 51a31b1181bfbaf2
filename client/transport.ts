/** One HTTP/1.1 request with JSON both ways over the daemon's Unix socket; what fails becomes an OrqError here. */
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { errorFromJson } from '../src/protocol/error-json.ts';
import { OrqError } from '../src/protocol/errors.ts';
import { VERSION } from '../src/protocol/version.ts';

export interface Exchange {
  readonly method: 'GET' | 'POST';
  /** Path and query, already encoded. */
  readonly path: string;
  /** Sent as JSON; absent: no body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly timeoutMs: number;
}

export interface Transport {
  readonly socket: string;
  /** @throws OrqError of the daemon, or `unreachable`, `timeout`, `internal`; the signal's own reason when aborted. */
  readonly exchange: (wanted: Exchange) => Promise<unknown>;
  readonly close: () => void;
}

/** Connections are kept and reused until `close`. */
export function openTransport(socket: string): Transport {
  const agent = new Agent({ keepAlive: true });
  return {
    socket,
    exchange: (wanted) => exchange(socket, agent, wanted),
    close: () => agent.destroy(),
  };
}

async function exchange(socket: string, agent: Agent, wanted: Exchange): Promise<unknown> {
  wanted.signal?.throwIfAborted();
  const { status, text } = await roundTrip(socket, agent, wanted);
  const body = parseJson(text);
  if (body === undefined) {
    throw new OrqError('internal', `answer of ${socket} to ${wanted.path} is no JSON (status ${status})`, {
      details: { socket, status },
    });
  }
  if (status >= 400) throw errorFromJson(body, status);
  return body;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

function roundTrip(socket: string, agent: Agent, wanted: Exchange): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const payload = wanted.body === undefined ? undefined : Buffer.from(JSON.stringify(wanted.body));
    const request = httpRequest({
      agent,
      socketPath: socket,
      method: wanted.method,
      path: wanted.path,
      headers: {
        'orq-client-version': VERSION,
        ...wanted.headers,
        ...(payload && { 'content-type': 'application/json', 'content-length': payload.length }),
      },
    });
    const end = (reason: unknown) => {
      reject(reason);
      request.destroy();
    };
    const onAbort = () => end(wanted.signal?.reason);
    const timer = setTimeout(() => end(timeoutError(socket, wanted.timeoutMs)), wanted.timeoutMs);
    wanted.signal?.addEventListener('abort', onAbort, { once: true });
    request.on('close', () => {
      clearTimeout(timer);
      wanted.signal?.removeEventListener('abort', onAbort);
    });
    const onError = (error: NodeJS.ErrnoException) => end(errorFromErrno(error, socket));
    request.on('error', onError);
    request.on('response', (response) => {
      readText(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), onError);
    });
    request.end(payload);
  });
}

export async function readText(response: IncomingMessage): Promise<string> {
  response.setEncoding('utf8');
  let text = '';
  for await (const chunk of response as AsyncIterable<string>) text += chunk;
  return text;
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export function timeoutError(socket: string, timeoutMs: number): OrqError {
  return new OrqError('timeout', `socket ${socket}: no answer within ${timeoutMs} ms`, {
    details: { socket, timeoutMs },
  });
}

/** Nothing was sent where connecting failed; after that the daemon may have done what was asked. */
export function errorFromErrno(error: NodeJS.ErrnoException, socket: string): OrqError {
  const errno = error.code ?? error.message;
  const inDoubt = error.syscall !== 'connect';
  const fact = inDoubt ? 'connection broke before the answer' : 'no connection';
  return new OrqError('unreachable', `socket ${socket}: ${fact} (${errno})`, {
    cause: error,
    details: { socket, errno, inDoubt },
  });
}
