/** GET /v1/ready */
import { OrqError } from '../../src/protocol/errors.ts';
import type { ReplyOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';

/** Whether new work may be sent here. A restart mends none of its refusals: that is `health`'s to tell. */
export async function ready({
  store,
  about,
  stopping,
}: Pick<Services, 'store' | 'about' | 'stopping'>): Promise<ReplyOf<'ready'>> {
  if (stopping.aborted) throw new OrqError('shutting_down', 'daemon: it stops, only calls under way end');
  const { isFull } = about.database();
  if (isFull)
    throw new OrqError('storage_full', `state directory ${about.config.stateDir}: its disk is full`);
  await store.probe();
  return { ready: true };
}
