/** GET /v1/export */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';

export async function exportPage(
  { store }: Pick<Services, 'store'>,
  request: RequestOf<'exportPage'>,
): Promise<ReplyOf<'exportPage'>> {
  return store.exportPage(request);
}
