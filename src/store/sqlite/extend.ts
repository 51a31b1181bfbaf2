/** A consumer that is still at work keeps its lease for longer. */
import { OrqError } from '../../protocol/errors.ts';
import { DEFAULT_VISIBILITY_MS } from '../../protocol/message.ts';
import type { ReplyOf, RequestOf } from '../../protocol/schemas.ts';
import { assertHolds, assertState } from '../../queue/acknowledge.ts';
import type { Database } from './database.ts';
import type { Settling } from './settle.ts';

/** Rides on the primary key. A lease is never made shorter: requeue is the word for that. */
const EXTEND = `
  UPDATE message SET lease_until_ms = max(lease_until_ms, @untilMs)
   WHERE id = @id AND lease_token = @leaseToken AND state = 'leased' AND lease_until_ms IS NOT NULL
  RETURNING lease_until_ms AS leaseUntilMs`;

export type ExtendVerb = (request: RequestOf<'extend'>, nowMs: number) => ReplyOf<'extend'>;

export function prepareExtend(db: Database, { settling }: { settling: Settling }): ExtendVerb {
  const extend = db.prepare<
    { id: number; leaseToken: number; untilMs: number },
    Pick<ReplyOf<'extend'>, 'leaseUntilMs'>
  >(EXTEND);
  return ({ id, leaseToken, visibilityMs = DEFAULT_VISIBILITY_MS }, nowMs) => {
    const message = settling.read(id);
    assertHolds(message, leaseToken);
    assertState(message, 'extend', ['leased']);
    const extended = extend.get({ id, leaseToken: message.leaseToken, untilMs: nowMs + visibilityMs });
    if (!extended)
      throw new OrqError('wrong_state', `message ${id}: is held by a session, whose lease has no timeout`, {
        details: { id, state: message.state },
      });
    return { id, agent: message.agent, state: 'leased', leaseToken: message.leaseToken, ...extended };
  };
}
