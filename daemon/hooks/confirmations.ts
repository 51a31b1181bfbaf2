/**
 * Answers that hand out messages, until their client says that it printed them. Bound to the connection: one that ends without
 * that word gives its messages back, uncharged.
 */
import type { Socket } from 'node:net';
import type { LeaseRef } from '../../src/queue/store.ts';

export interface Confirmations {
  /** Expects a confirmation on `connection`; replies with the token that the client has to send. */
  expect(connection: Socket, leases: readonly LeaseRef[]): string;
  /** The leases that the token stands for, once; undefined for a token that is not expected any more. */
  take(token: string): readonly LeaseRef[] | undefined;
}

export function openConfirmations(
  newToken: () => string,
  onUnconfirmed: (leases: readonly LeaseRef[]) => void,
): Confirmations {
  const expected = new Map<string, readonly LeaseRef[]>();
  const ofConnection = new WeakMap<Socket, Set<string>>();

  function take(token: string): readonly LeaseRef[] | undefined {
    const leases = expected.get(token);
    expected.delete(token);
    return leases;
  }

  function tokensOf(connection: Socket): Set<string> {
    const known = ofConnection.get(connection);
    if (known) return known;
    const tokens = new Set<string>();
    ofConnection.set(connection, tokens);
    // The confirmation may stand in the same read as the end of the connection: it is parsed first, so look a turn later.
    const lost = (): void =>
      void setImmediate(() => onUnconfirmed([...tokens].flatMap((token) => take(token) ?? [])));
    if (connection.destroyed) lost();
    else connection.once('close', lost);
    return tokens;
  }

  return {
    expect: (connection, leases) => {
      const token = newToken();
      expected.set(token, leases);
      tokensOf(connection).add(token);
      return token;
    },
    take,
  };
}
