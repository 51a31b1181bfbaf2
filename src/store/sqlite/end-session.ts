/** Ends a session whose process is gone: what it held goes back. */
import type { LeaseEnd } from '../../queue/requeue.ts';
import type { Leases } from './lease.ts';
import type { Sessions } from './session.ts';

/** Replies with the agents that may be handed something again now. */
export type EndSessionVerb = (key: number, reason: string, end: LeaseEnd, nowMs: number) => string[];

export function prepareEndSession({
  leases,
  sessions,
}: {
  leases: Leases;
  sessions: Sessions;
}): EndSessionVerb {
  return (key, reason, end, nowMs) => {
    const session = sessions.byKey(key);
    if (!session || session.standing === 'ended') return [];
    const returned = leases.giveBack(leases.heldBy(key), end, session.hasProven, nowMs);
    sessions.end(key, reason, nowMs);
    return returned;
  };
}
