/** POST /v1/messages */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import { percentDecoded } from '../percent-decoded.ts';
import type { Services } from '../services.ts';
import { arrived } from './arrived.ts';
import type { RequestContext } from './routes.ts';

export async function enqueue(
  services: Pick<Services, 'store' | 'arrivals' | 'ringer' | 'log'>,
  request: RequestOf<'enqueue'>,
  { headers }: Pick<RequestContext, 'headers'>,
): Promise<ReplyOf<'enqueue'>> {
  const caller = callerOf(headers);
  const batch = Array.isArray(request) ? request : [request];
  const stored = await services.store.enqueue(batch.map((message) => ({ ...message, caller })));
  for (const { id, agent, state, created } of stored)
    services.log.debug({ event: 'message_enqueued', id, agent, state, created }, 'message enqueued');
  await arrived(
    services,
    stored.filter(({ created, state }) => created && state === 'ready').map(({ agent }) => agent),
  );
  const [first] = stored;
  return Array.isArray(request) || !first ? stored : first;
}

/** Where the sender's command runs: from this its agent's name is filled in where it named nobody. */
function callerOf(headers: RequestContext['headers']): {
  sessionId?: string;
  tmuxSocket?: string;
  pane?: string;
} {
  const sessionId = percentDecoded(headers['orq-session']);
  const tmuxSocket = percentDecoded(headers['orq-tmux']);
  const pane = percentDecoded(headers['orq-pane']);
  return {
    ...(sessionId !== null && { sessionId }),
    ...(tmuxSocket !== null && { tmuxSocket }),
    ...(pane !== null && { pane }),
  };
}
