/** POST /v1/messages */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import { newlyReady } from '../../src/queue/newly-ready.ts';
import { callerOf } from '../sender.ts';
import type { Services } from '../services.ts';
import { arrived } from './arrived.ts';
import type { RequestContext } from './routes.ts';

export async function enqueue(
  services: Pick<Services, 'store' | 'arrivals' | 'ringer' | 'log' | 'spool'>,
  request: RequestOf<'enqueue'>,
  { headers }: Pick<RequestContext, 'headers'>,
): Promise<ReplyOf<'enqueue'>> {
  // What was sent before this, while nobody listened, comes before it.
  await services.spool.takeIn();
  const caller = callerOf(headers);
  const batch = Array.isArray(request) ? request : [request];
  const stored = await services.store.enqueue(batch.map((message) => ({ ...message, caller })));
  const each = stored.flatMap(({ messages, created, ...one }) =>
    (messages ?? [one]).map((message) => ({ ...message, created })),
  );
  for (const { id, agent, state, created } of each)
    services.log.debug({ event: 'message_enqueued', id, agent, state, created }, 'message enqueued');
  await arrived(services, newlyReady(stored));
  const [first] = stored;
  return Array.isArray(request) || !first ? stored : first;
}
