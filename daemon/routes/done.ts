/** POST /v1/done */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';

export async function done(
  { store }: Pick<Services, 'store'>,
  request: RequestOf<'done'>,
): Promise<ReplyOf<'done'>> {
  return store.done(request);
}
