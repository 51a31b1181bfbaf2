/** POST /v1/dequeue */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';
import type { RequestContext } from './routes.ts';

export async function dequeue(
  { store, arrivals, clock }: Pick<Services, 'store' | 'arrivals' | 'clock'>,
  { waitMs = 0, ...request }: RequestOf<'dequeue'>,
  { ended }: Pick<RequestContext, 'ended'>,
): Promise<ReplyOf<'dequeue'>> {
  const messages = await store.dequeue(request);
  if (messages.length > 0 || waitMs === 0) return { messages };
  const untilMs = clock.nowMs() + waitMs;
  const signal = ended();
  const { ack: _acked, ...again } = request;
  for (;;) {
    const leftMs = untilMs - clock.nowMs();
    if (leftMs <= 0 || signal.aborted) return { messages: [] };
    await arrivals.next(request.agent, leftMs, signal);
    const come = await store.dequeue(again);
    if (come.length > 0 && signal.aborted) {
      // Nobody is there to read them: they go back at once instead of after their visibility timeout.
      await store.giveBack(come, 'not_printed');
      return { messages: [] };
    }
    if (come.length > 0) return { messages: come };
  }
}
