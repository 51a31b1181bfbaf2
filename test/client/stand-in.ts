/** A small HTTP server on a Unix socket that answers as a test tells it and remembers what it was asked. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { errorToJson } from '../../src/protocol/error-json.ts';
import { OrqError } from '../../src/protocol/errors.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Returns the reply's body, throws an OrqError for an error answer, or takes the response over and returns `undefined`. */
export type Answer = (asked: Asked, response: ServerResponse) => unknown;

export interface StandIn extends AsyncDisposable {
  readonly socket: string;
  readonly asked: Asked[];
  /** Connections accepted so far. */
  readonly connections: () => number;
  /** Connections open now. */
  readonly openConnections: () => Promise<number>;
}

/** The path of a socket that can be listened on, in a folder of its own. */
export function socketFolder(): { readonly socket: string } & Disposable {
  const folder = mkdtempSync(join(tmpdir(), 'orq-stand-in-'));
  return {
    socket: join(folder, 'orq.sock'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export async function openStandIn(answer: Answer): Promise<StandIn> {
  const place = socketFolder();
  const asked: Asked[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    void readQuestion(request).then((question) => {
      asked.push(question);
      return reply(response, question, answer);
    });
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(place.socket, resolve));
  return {
    socket: place.socket,
    asked,
    connections: () => connections,
    openConnections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      place[Symbol.dispose]();
    },
  };
}

function reply(response: ServerResponse, question: Asked, answer: Answer): void {
  try {
    const body = answer(question, response);
    if (body !== undefined) response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  } catch (error) {
    if (!(error instanceof OrqError)) throw error;
    response.writeHead(error.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(errorToJson(error)));
  }
}

async function readQuestion(request: IncomingMessage): Promise<Asked> {
  const body = await text(request);
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
    body: body === '' ? {} : (JSON.parse(body) as Record<string, unknown>),
  };
}
