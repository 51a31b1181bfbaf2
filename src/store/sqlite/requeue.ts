/** Gives a leased message back: by its holder with the token, by an operator without. */
import type { RequestOf } from '../../protocol/schemas.ts';
import { assertHolds, assertState } from '../../queue/acknowledge.ts';
import type { Moved } from '../../queue/store.ts';
import type { Database } from './database.ts';
import type { Leases } from './lease.ts';
import type { Order } from './order.ts';
import type { Settling } from './settle.ts';

/** Rides on the primary key: after an operator took it, the old holder's token is stale. */
const BUMP_TOKEN = `UPDATE message SET lease_token = lease_token + 1 WHERE id = @id`;

export type RequeueVerb = (request: RequestOf<'requeue'>, nowMs: number) => Moved;

export function prepareRequeue(
  db: Database,
  { settling, leases, order }: { settling: Settling; leases: Leases; order: Order },
): RequeueVerb {
  const bumpToken = db.prepare<{ id: number }>(BUMP_TOKEN);
  return ({ id, leaseToken, delayMs = 0, error }, nowMs) => {
    const message = settling.read(id);
    assertHolds(message, leaseToken);
    assertState(message, 'requeue', ['leased']);
    const lease = leases.find(message);
    if (!lease) throw new Error(`message ${id}: is leased and its lease cannot be read`);
    const ending = error === undefined ? {} : { failed: true, reason: error };
    const { state, arrivedFor } = leases.end(lease, { delayMs, ...ending }, nowMs);
    // The answer names the agent of the message alone; whoever was told of its death is somebody else.
    if (state === 'dead') order.look({ changed: [], arrivedFor });
    bumpToken.run({ id });
    return { id, agent: message.agent, state };
  };
}
