/** GET /v1/messages */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';
import { withWaiting } from './waiting.ts';

export async function list(
  services: Pick<Services, 'store' | 'ringer' | 'obstacles'>,
  request: RequestOf<'list'>,
): Promise<ReplyOf<'list'>> {
  return { messages: await withWaiting(services, await services.store.list(request)) };
}
