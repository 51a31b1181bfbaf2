/** The daemon's figures as Prometheus reads them, and a door for scrapers, which reach no Unix socket. */
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import { METRICS_PATH } from '../src/protocol/calls.ts';
import { OrqError } from '../src/protocol/errors.ts';
import { errorFromErrno, readText, timeoutError } from './transport.ts';

const TIMEOUT_MS = 10_000;

/** @throws OrqError unreachable, timeout, internal. */
export async function readMetrics(socket: string): Promise<string> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request({ socketPath: socket, path: METRICS_PATH, timeout: TIMEOUT_MS }, resolve);
    asked.on('timeout', () => {
      reject(timeoutError(socket, TIMEOUT_MS));
      asked.destroy();
    });
    asked.on('error', (error) => reject(errorFromErrno(error, socket)));
    asked.end();
  });
  const text = await readText(response);
  if (response.statusCode === 200) return text;
  throw new OrqError('internal', `answer of ${socket} to ${METRICS_PATH}: ${response.statusCode}`);
}

/** Listens on a TCP port for GET /metrics, and hands on nothing else of the daemon. @throws OrqError socket_unusable */
export async function serveMetrics(socket: string, host: string, port: number): Promise<Server> {
  const server = createServer((asked, answer) => {
    const path = asked.url?.split('?', 1)[0];
    if (asked.method !== 'GET' || path !== '/metrics') {
      answer.writeHead(404).end();
      return;
    }
    readMetrics(socket).then(
      (text) =>
        answer.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text),
      (error: unknown) => answer.writeHead(503).end(`${error instanceof Error ? error.message : ''}\n`),
    );
  });
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return server;
  } catch (error) {
    throw new OrqError('socket_unusable', `address ${host}:${port}: cannot be listened on`, { cause: error });
  }
}
