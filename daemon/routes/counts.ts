/** GET /v1/counts */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';

export async function counts(
  { store }: Pick<Services, 'store'>,
  { agent }: RequestOf<'counts'>,
): Promise<ReplyOf<'counts'>> {
  return store.counts(agent);
}
