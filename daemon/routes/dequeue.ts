/** POST /v1/dequeue */
import { OrqError } from '../../src/protocol/errors.ts';
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';
import type { RequestContext } from './routes.ts';

export async function dequeue(
  { store, arrivals, clock }: Pick<Services, 'store' | 'arrivals' | 'clock'>,
  { waitMs = 0, ...request }: RequestOf<'dequeue'>,
  { ended }: Pick<RequestContext, 'ended'>,
): Promise<ReplyOf<'dequeue'>> {
  const untilMs = clock.steadyMs() + waitMs;
  const messages = await store.dequeue(request);
  if (messages.length > 0 || waitMs === 0) return { messages };
  const signal = ended();
  const { ack: _acked, ...again } = request;
  for (;;) {
    // Whom an address means may change while somebody waits at it.
    const agent = await store.agentAt(request.agent);
    const end = await arrivals.next(agent, untilMs - clock.steadyMs(), signal);
    if (end === 'gone') throw gone();
    const come = end === 'mail' ? await store.dequeue(again) : [];
    if (signal.aborted) {
      // Leased in the moment in which the caller went: nobody has it, so it is nobody's failure.
      arrivals.announce(await store.giveBack(come, 'not_printed'));
      throw gone();
    }
    if (come.length > 0 || end === 'time') return { messages: come };
  }
}

function gone(): OrqError {
  return new OrqError('shutting_down', 'dequeue: nobody waits any more, or the daemon is stopping');
}
