/**
 * Waiters: requests that orq-hook holds open for an idle agent. One per client process, the newest replaces the older.
 *
 * parked ─ ring ─▶ answered with exit 2        parked ─ dismiss ─▶ answered with nothing        parked ─ connection gone ─▶ forgotten
 */
import type { ServerResponse } from 'node:http';
import type { Caller } from '../../src/queue/exchange.ts';

export interface Waiters {
  park(caller: Caller, response: ServerResponse): void;
  isParked(caller: Caller): boolean;
  /** Answers the caller's waiter with `line` and exit code 2; false where none is parked. */
  ring(caller: Caller, line: string): boolean;
  /** Ends the waiter that this session of the caller's process armed, without a word; not one that a later session of it did. */
  dismiss(caller: Caller): void;
  count(): number;
  /** Cuts all connections, and those that come later, so that each client parks again when a daemon listens. */
  cut(): void;
}

export function openWaiters(): Waiters {
  const parked = new Map<string, { readonly response: ServerResponse; readonly sessionId: string }>();
  let isCut = false;

  function take(caller: Caller): ServerResponse | undefined {
    const key = keyOf(caller);
    const waiter = parked.get(key);
    parked.delete(key);
    return waiter?.response;
  }

  return {
    park: (caller, response) => {
      if (isCut) {
        response.destroy();
        return;
      }
      const key = keyOf(caller);
      const older = parked.get(key);
      parked.set(key, { response, sessionId: caller.sessionId });
      if (older) answer(older.response, 0, '');
      response.once('close', () => {
        if (parked.get(key)?.response === response) parked.delete(key);
      });
    },
    isParked: (caller) => parked.has(keyOf(caller)),
    ring: (caller, line) => {
      const response = take(caller);
      if (!response || response.destroyed) return false;
      answer(response, 2, line);
      return true;
    },
    dismiss: (caller) => {
      if (parked.get(keyOf(caller))?.sessionId !== caller.sessionId) return;
      const response = take(caller);
      if (response) answer(response, 0, '');
    },
    count: () => parked.size,
    cut: () => {
      isCut = true;
      for (const { response } of parked.values()) response.destroy();
      parked.clear();
    },
  };
}

/** A process has one current session: after /clear its older waiter still wakes it. Without a process the session id has to do. */
function keyOf({ process, sessionId }: Caller): string {
  return process ? `${process.pid} ${process.start}` : sessionId;
}

function answer(response: ServerResponse, exit: 0 | 2, body: string): void {
  response.writeHead(200, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'orq-exit': exit,
  });
  response.end(body);
}
