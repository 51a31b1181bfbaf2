/** POST /v1/import/page */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';

export async function importPage(
  { store }: Pick<Services, 'store'>,
  request: RequestOf<'importPage'>,
): Promise<ReplyOf<'importPage'>> {
  return store.importPage(request);
}
