/** A load of many kept-open connections, each sending its next request when the last one is answered. Raw sockets, so that the load costs little of the machine it measures. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly head: string;
  readonly body: string;
}

export interface Connection {
  /** Writes `bytes` and resolves with the answers to the `expected` requests in it. */
  ask(bytes: string, expected?: number): Promise<Answer[]>;
  close(): void;
}

export async function openConnection(path: string): Promise<Connection> {
  const socket: Socket = connect(path);
  socket.setEncoding('latin1');
  await once(socket, 'connect');
  let buffered = '';
  let wake: (() => void) | undefined;
  socket.on('data', (text: string) => {
    buffered += text;
    wake?.();
  });
  const next = (): Answer | undefined => {
    const end = buffered.indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    const head = buffered.slice(0, end);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (buffered.length < end + 4 + length) return undefined;
    const body = buffered.slice(end + 4, end + 4 + length);
    buffered = buffered.slice(end + 4 + length);
    return { head, body };
  };
  return {
    ask: async (bytes, expected = 1) => {
      socket.write(bytes);
      const answers: Answer[] = [];
      while (answers.length < expected) {
        const answer = next();
        if (answer) answers.push(answer);
        else await new Promise<void>((resolve) => (wake = resolve));
      }
      return answers;
    },
    close: () => socket.destroy(),
  };
}

export function post(path: string, body: string, headers = ''): string {
  return `POST ${path} HTTP/1.1\r\nhost: orq\r\ncontent-type: application/json\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

export function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\nhost: orq\r\n\r\n`;
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
        if (beforeMs - startedMs > durationMs) return;
        if (!(await step())) return;
        took.push(performance.now() - beforeMs);
      }
    }),
  );
  const totalMs = performance.now() - startedMs;
  const sorted = took.toSorted((a, b) => a - b);
  const at = (part: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
  return { perSecond: (took.length / totalMs) * 1000, p50Ms: at(0.5), p99Ms: at(0.99) };
}
