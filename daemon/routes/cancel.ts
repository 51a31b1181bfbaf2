/** POST /v1/cancel */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';

export async function cancel(
  { store }: Pick<Services, 'store'>,
  request: RequestOf<'cancel'>,
): Promise<ReplyOf<'cancel'>> {
  return store.cancel(request);
}
