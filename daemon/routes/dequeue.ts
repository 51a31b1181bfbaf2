/** POST /v1/dequeue */
import { OrqError } from '../../src/protocol/errors.ts';
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Config } from '../config.ts';
import type { Services } from '../services.ts';
import type { RequestContext } from './routes.ts';

type Parts = Pick<Services, 'store' | 'arrivals' | 'clock'> & {
  readonly about: { readonly config: Pick<Config, 'visibilityMs'> };
};

export async function dequeue(
  { store, arrivals, clock, about }: Parts,
  { waitMs = 0, ...wish }: RequestOf<'dequeue'>,
  { ended }: Pick<RequestContext, 'ended'>,
): Promise<ReplyOf<'dequeue'>> {
  const request = { visibilityMs: about.config.visibilityMs, ...wish };
  if (waitMs === 0) return { messages: await store.dequeue(request) };
  const untilMs = clock.steadyMs() + waitMs;
  const signal = ended();
  const { ack: _acked, ...again } = request;
  for (let asked = request; ; asked = again) {
    // Whom an address means may change while somebody waits at it.
    const agent = await store.agentAt(request.agent);
    const looked = new AbortController();
    const leaves = AbortSignal.any([signal, looked.signal]);
    // Listens before it looks: what comes in between is announced once.
    const next = arrivals.next(agent, untilMs - clock.steadyMs(), leaves);
    try {
      const messages = await store.dequeue(asked);
      if (signal.aborted) {
        // Leased in the moment in which the caller went: nobody has it, so it is nobody's failure.
        arrivals.announce(await store.giveBack(messages, 'not_printed'));
        throw gone();
      }
      if (messages.length > 0) return { messages };
      const end = await next;
      if (end === 'gone') throw gone();
      if (end === 'time') return { messages };
    } finally {
      looked.abort();
    }
  }
}

function gone(): OrqError {
  return new OrqError('shutting_down', 'dequeue: nobody waits any more, or the daemon is stopping');
}
