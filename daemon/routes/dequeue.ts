/** POST /v1/dequeue */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';
import type { RequestContext } from './routes.ts';

export async function dequeue(
  { store, arrivals, clock }: Pick<Services, 'store' | 'arrivals' | 'clock'>,
  { waitMs = 0, ...request }: RequestOf<'dequeue'>,
  { signal }: Pick<RequestContext, 'signal'>,
): Promise<ReplyOf<'dequeue'>> {
  const untilMs = clock.nowMs() + waitMs;
  for (let acks = request.ack; ; acks = undefined) {
    const { ack: _, ...rest } = request;
    const messages = await store.dequeue(acks === undefined ? rest : { ...rest, ack: acks });
    const leftMs = untilMs - clock.nowMs();
    if (messages.length > 0 || leftMs <= 0 || signal.aborted) {
      // Nobody is there to read them: they go back at once instead of after their visibility timeout.
      if (signal.aborted) await store.giveBack(messages, 'not_printed');
      return { messages };
    }
    await arrivals.next(request.agent, leftMs, signal);
  }
}
