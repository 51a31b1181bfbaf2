/** POST /v1/schedules/remove */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';

export async function scheduleRemove(
  { store }: Pick<Services, 'store'>,
  request: RequestOf<'scheduleRemove'>,
): Promise<ReplyOf<'scheduleRemove'>> {
  return store.scheduleRemove(request);
}
