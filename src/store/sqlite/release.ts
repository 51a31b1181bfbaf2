/** Lets a message go that was held back for a flood. */
import { OrqError } from '../../protocol/errors.ts';
import type { RequestOf } from '../../protocol/schemas.ts';
import { placeAt, placeSent } from '../../queue/placement.ts';
import type { Moved } from '../../queue/store.ts';
import type { Database } from './database.ts';
import type { Order } from './order.ts';
import type { Settling } from './settle.ts';

/** Rides on the primary key. */
const SELECT_HELD_BACK = `SELECT ready_at_ms AS readyAtMs, lane, awaits FROM message NOT INDEXED WHERE id = @id AND held IS NOT NULL AND (state = 'blocked' OR state = 'scheduled')`;

/** Rides on the primary key. */
const RELEASE = `
  UPDATE message NOT INDEXED SET state = @state, ready_at_ms = @readyAtMs, held = NULL
   WHERE id = @id AND held IS NOT NULL AND (state = 'blocked' OR state = 'scheduled')`;

export type ReleaseVerb = (request: RequestOf<'release'>, nowMs: number) => Moved;

/** What waited for its turn in a flow is ready now; what waited for somebody's word goes to the time that its sender named. None goes before its turn in a lane or what it waits for. */
export function prepareRelease(
  db: Database,
  { settling, order }: { settling: Settling; order: Order },
): ReleaseVerb {
  const select = db.prepare<{ id: number }, { readyAtMs: number; lane: string | null; awaits: number }>(
    SELECT_HELD_BACK,
  );
  const release = db.prepare<{ id: number; state: string; readyAtMs: number }>(RELEASE);
  return ({ id }, nowMs) => {
    const { agent, state: before } = settling.read(id);
    const held = select.get({ id });
    if (!held)
      throw new OrqError('wrong_state', `message ${id}: is ${before} and not held back`, {
        details: { id, state: before },
      });
    const { state, readyAtMs } = placeSent(
      placeAt(before === 'blocked' ? held.readyAtMs : nowMs, nowMs),
      { inLane: held.lane !== null, waits: held.awaits > 0 },
      null,
    );
    release.run({ id, state, readyAtMs });
    if (state !== 'blocked') return { id, agent, state };
    order.enter(id);
    order.settle(nowMs);
    return { id, agent, state: settling.read(id).state };
  };
}
