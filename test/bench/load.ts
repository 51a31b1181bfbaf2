/** A load of many kept-open connections, each sending its next request when the last one is answered, by node:http as the typed client does. */
import { Agent, request } from 'node:http';

export interface Answer {
  readonly token: string | undefined;
  readonly body: string;
}

export interface Connection {
  ask(method: 'GET' | 'POST', path: string, body?: string, headers?: Record<string, string>): Promise<Answer>;
  close(): void;
}

/** One connection of its own. */
export function openConnection(socketPath: string): Connection {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    ask: (method, path, body, headers = {}) =>
      new Promise((resolve, reject) => {
        const length =
          body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
        const sent = request(
          { socketPath, agent, method, path, headers: { ...length, ...headers } },
          (answer) => {
            let text = '';
            answer.setEncoding('utf8');
            answer.on('data', (piece: string) => (text += piece));
            answer.on('error', reject);
            answer.on('end', () => {
              const token = answer.headers['orq-confirm'];
              if (answer.statusCode === 200)
                resolve({ token: typeof token === 'string' ? token : undefined, body: text });
              else reject(new Error(`${method} ${path}: ${answer.statusCode} ${text}`));
            });
          },
        );
        sent.on('error', reject);
        sent.end(body);
      }),
    close: () => agent.destroy(),
  };
}

export interface Rate {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Lets each of `clients` run its `step` until `durationMs` are over; a step that returns false ends its client. */
export async function measureRate(
  clients: readonly (() => Promise<boolean>)[],
  durationMs: number,
): Promise<Rate> {
  const took: number[] = [];
  const startedMs = performance.now();
  await Promise.all(
    clients.map(async (step) => {
      for (;;) {
        const beforeMs = performance.now();
        if (beforeMs - startedMs > durationMs || !(await step())) return;
        took.push(performance.now() - beforeMs);
      }
    }),
  );
  const totalMs = performance.now() - startedMs;
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return { perSecond: (took.length / totalMs) * 1000, p50Ms: at(0.5), p99Ms: at(0.99) };
}
