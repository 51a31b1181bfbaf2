/** GET /v1/messages/:id */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';
import { withWaiting } from './waiting.ts';

export async function show(
  services: Pick<Services, 'store' | 'ringer' | 'obstacles'>,
  { id }: RequestOf<'show'>,
): Promise<ReplyOf<'show'>> {
  const { message, receipts } = await services.store.show(id);
  const [shown = message] = await withWaiting(services, [message]);
  return { ...shown, receipts };
}
