/** POST /v1/requeue */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';
import { arrived } from './arrived.ts';

export async function requeue(
  services: Pick<Services, 'store' | 'arrivals' | 'ringer'>,
  request: RequestOf<'requeue'>,
): Promise<ReplyOf<'requeue'>> {
  const reply = await services.store.requeue(request);
  if (reply.state === 'ready') await arrived(services, [reply.agent]);
  return reply;
}
