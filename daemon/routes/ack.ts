/** POST /v1/ack */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';

export async function ack(
  { store }: Pick<Services, 'store'>,
  request: RequestOf<'ack'>,
): Promise<ReplyOf<'ack'>> {
  return store.ack(request);
}
