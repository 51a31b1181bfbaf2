/** GET /v1/restarts */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';

export async function restarts(
  { store }: Pick<Services, 'store'>,
  filter: RequestOf<'restarts'>,
): Promise<ReplyOf<'restarts'>> {
  return { restarts: await store.restarts(filter) };
}
