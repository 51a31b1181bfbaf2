/** Who may say what of a message: the holder of a lease by its token, an operator by its id alone. */
import { OrqError } from '../protocol/errors.ts';
import type { MessageState } from '../protocol/message.ts';

export interface Held {
  readonly id: number;
  readonly agent: string;
  readonly state: MessageState;
  readonly leaseToken: number;
  /** Printed by a client, or handed to a consumer without hooks: it may have been read. */
  readonly handed: boolean;
}

/** @throws OrqError lease_lost with the facts where the holder's lease is over. */
export function assertHolds(message: Held, leaseToken: number | undefined): void {
  if (leaseToken === undefined || (message.state === 'leased' && message.leaseToken === leaseToken)) return;
  const { id, state, leaseToken: current } = message;
  const fact = state === 'leased' ? `it was leased again under token ${current}` : `it is ${state}`;
  throw new OrqError('lease_lost', `message ${id}: lease token ${leaseToken} is over, ${fact}`, {
    details: { id, state, leaseToken: current },
  });
}

/**
 * Whether an ack finds its work done: an operator's of a delivered message, or a holder's under the token with which it was delivered. Whatever
 * delivers makes the token grow, so that the last holder's comes one behind, and an older one further.
 */
export function isAcked({ state, leaseToken: current }: Held, leaseToken: number | undefined): boolean {
  return state === 'delivered' && (leaseToken === undefined || leaseToken === current - 1);
}

/** @throws OrqError wrong_state unless the message is in one of `allowed`. */
export function assertState(message: Held, verb: string, allowed: readonly MessageState[]): void {
  if (allowed.includes(message.state)) return;
  const { id, state } = message;
  throw new OrqError('wrong_state', `message ${id}: is ${state}, ${verb} takes ${allowed.join(', ')}`, {
    details: { id, state },
  });
}

/** @throws OrqError wrong_state where the agent may have read the message already and nobody insisted. */
export function assertCancellable(message: Held, force: boolean): void {
  assertState(message, 'cancel', ['ready', 'scheduled', 'blocked', 'leased', 'dead']);
  if (message.state === 'leased' && message.handed && !force) {
    throw new OrqError('wrong_state', `message ${message.id}: was handed to its agent already`, {
      details: { id: message.id, state: message.state, forcible: true },
    });
  }
}
