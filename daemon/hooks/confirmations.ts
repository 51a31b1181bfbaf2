/**
 * Answers that hand out messages, until their client says that it printed them. Bound to the connection: one that ends without
 * that word gives its messages back, uncharged.
 */
import type { Socket } from 'node:net';
import type { LeaseRef } from '../../src/queue/exchange.ts';

/** What an answer holds that counts only once it is printed. */
export interface Printed {
  readonly leases: readonly LeaseRef[];
  /** The session that is told who it is; null where the answer does not tell. */
  readonly bootstraps: number | null;
}

export interface Confirmations {
  /** Expects a confirmation on `connection`; replies with the token that the client has to send. */
  expect(connection: Socket, printed: Printed): string;
  /** What the token stands for, once; undefined for a token that is not expected any more. */
  take(token: string): Printed | undefined;
}

export function openConfirmations(
  newToken: () => string,
  onUnconfirmed: (leases: readonly LeaseRef[]) => void,
): Confirmations {
  const expected = new Map<string, Printed>();
  const ofConnection = new WeakMap<Socket, Set<string>>();

  function take(token: string): Printed | undefined {
    const printed = expected.get(token);
    expected.delete(token);
    return printed;
  }

  function tokensOf(connection: Socket): Set<string> {
    const known = ofConnection.get(connection);
    if (known) return known;
    const tokens = new Set<string>();
    ofConnection.set(connection, tokens);
    // The confirmation may stand in the same read as the end of the connection: it is parsed first, so look a turn later.
    const lost = (): void =>
      void setImmediate(() => onUnconfirmed([...tokens].flatMap((token) => take(token)?.leases ?? [])));
    if (connection.destroyed) lost();
    else connection.once('close', lost);
    return tokens;
  }

  return {
    expect: (connection, printed) => {
      const token = newToken();
      expected.set(token, printed);
      tokensOf(connection).add(token);
      return token;
    },
    take,
  };
}
