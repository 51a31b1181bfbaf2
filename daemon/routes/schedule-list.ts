/** GET /v1/schedules */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';

export async function scheduleList(
  { store }: Pick<Services, 'store'>,
  request: RequestOf<'scheduleList'>,
): Promise<ReplyOf<'scheduleList'>> {
  return { schedules: await store.scheduleList(request) };
}
