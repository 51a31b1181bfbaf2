/** POST /v1/release */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';
import { arrived } from './arrived.ts';

export async function release(
  services: Pick<Services, 'store' | 'arrivals' | 'ringer'>,
  request: RequestOf<'release'>,
): Promise<ReplyOf<'release'>> {
  const reply = await services.store.release(request);
  if (reply.state === 'ready') await arrived(services, [reply.agent]);
  return reply;
}
