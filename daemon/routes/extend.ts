/** POST /v1/extend */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';

export async function extend(
  { store, about }: Pick<Services, 'store' | 'about'>,
  request: RequestOf<'extend'>,
): Promise<ReplyOf<'extend'>> {
  return store.extend({ visibilityMs: about.config.visibilityMs, ...request });
}
