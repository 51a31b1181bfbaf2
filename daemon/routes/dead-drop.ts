/** POST /v1/dead/drop */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';

export async function deadDrop(
  { store }: Pick<Services, 'store'>,
  request: RequestOf<'deadDrop'>,
): Promise<ReplyOf<'deadDrop'>> {
  return store.deadDrop(request);
}
