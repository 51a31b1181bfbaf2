/** POST /v1/schedules */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import { callerOf } from '../sender.ts';
import type { Services } from '../services.ts';
import type { RequestContext } from './routes.ts';

export async function scheduleAdd(
  { store }: Pick<Services, 'store'>,
  request: RequestOf<'scheduleAdd'>,
  { headers }: Pick<RequestContext, 'headers'>,
): Promise<ReplyOf<'scheduleAdd'>> {
  return store.scheduleAdd({ ...request, caller: callerOf(headers) });
}
