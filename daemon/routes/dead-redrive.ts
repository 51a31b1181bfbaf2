/** POST /v1/dead/redrive */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';
import { arrived } from './arrived.ts';

export async function deadRedrive(
  services: Pick<Services, 'store' | 'arrivals' | 'ringer'>,
  request: RequestOf<'deadRedrive'>,
): Promise<ReplyOf<'deadRedrive'>> {
  const reply = await services.store.deadRedrive(request);
  await arrived(
    services,
    reply.moved.map(({ agent }) => agent),
  );
  return reply;
}
