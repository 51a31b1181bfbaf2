/** GET /v1/dead */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';

export async function deadList(
  { store }: Pick<Services, 'store'>,
  request: RequestOf<'deadList'>,
): Promise<ReplyOf<'deadList'>> {
  return { messages: await store.deadList(request) };
}
