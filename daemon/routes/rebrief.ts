/** POST /v1/rebrief */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';

export async function rebrief(
  { store, briefings }: Pick<Services, 'store' | 'briefings'>,
  request: RequestOf<'rebrief'>,
): Promise<ReplyOf<'rebrief'>> {
  const context = await store.contextOf(await store.agentAt(request.agent));
  return store.brief(request, briefings.material('request', context?.folder ?? null));
}
