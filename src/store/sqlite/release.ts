/** Lets a message go that was held back for a flood, or that waits for what does not come any more. */
import { OrqError } from '../../protocol/errors.ts';
import type { RequestOf } from '../../protocol/schemas.ts';
import { placeAt, placeSent } from '../../queue/placement.ts';
import type { Moved } from '../../queue/store.ts';
import type { Database } from './database.ts';
import type { Dependencies } from './dependency.ts';
import type { Order } from './order.ts';
import type { Settling } from './settle.ts';

/** Rides on the primary key. */
const SELECT_WAITING = `SELECT ready_at_ms AS readyAtMs, lane, awaits, held FROM message NOT INDEXED WHERE id = @id AND (state = 'blocked' OR state = 'scheduled')`;

/** Rides on the primary key. */
const RELEASE = `
  UPDATE message NOT INDEXED SET state = @state, ready_at_ms = @readyAtMs, held = NULL
   WHERE id = @id AND held IS NOT NULL AND (state = 'blocked' OR state = 'scheduled')`;

interface Waiting {
  readonly readyAtMs: number;
  readonly lane: string | null;
  readonly awaits: number;
  readonly held: string | null;
}

export type ReleaseVerb = (request: RequestOf<'release'>, nowMs: number) => Moved;

/** What waited for its turn in a flow is ready now; what waited for somebody's word goes to the time that its sender named. None goes before its turn in a lane, or before what it waits for and may still be delivered. */
export function prepareRelease(
  db: Database,
  {
    settling,
    dependencies,
    order,
  }: { settling: Settling; dependencies: Pick<Dependencies, 'letGo'>; order: Order },
): ReleaseVerb {
  const select = db.prepare<{ id: number }, Waiting>(SELECT_WAITING);
  const release = db.prepare<{ id: number; state: string; readyAtMs: number }>(RELEASE);
  return ({ id }, nowMs) => {
    const { agent, state: before } = settling.read(id);
    const waitedInVain = before === 'blocked' && dependencies.letGo(id);
    const waiting = select.get({ id });
    if (!waiting || (waiting.held === null && !waitedInVain)) throw notHeld(id, before, waiting);
    if (waiting.held !== null) {
      const { state, readyAtMs } = placeSent(
        placeAt(before === 'blocked' ? waiting.readyAtMs : nowMs, nowMs),
        { inLane: waiting.lane !== null, waits: waiting.awaits > 0 },
        null,
      );
      release.run({ id, state, readyAtMs });
      if (state !== 'blocked') return { id, agent, state };
    }
    order.enter(id);
    order.settle(nowMs);
    return { id, agent, state: settling.read(id).state };
  };
}

function notHeld(id: number, state: string, waiting: Waiting | undefined): OrqError {
  const fact =
    waiting && waiting.awaits > 0
      ? 'waits for messages that may still be delivered, and is not held back'
      : `is ${state} and not held back`;
  return new OrqError('wrong_state', `message ${id}: ${fact}`, { details: { id, state } });
}
