/** POST /v1/agents/forget */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';
import { unmarkPane } from '../tmux/pane.ts';
import { forgetId } from '../wake/forget.ts';

export async function agentForget(
  parts: Pick<Services, 'store' | 'tmux' | 'log' | 'arrivals' | 'ringer' | 'obstacles' | 'briefings'>,
  request: RequestOf<'agentForget'>,
): Promise<ReplyOf<'agentForget'>> {
  const { store, tmux, log, arrivals } = parts;
  const { agent, undelivered, pane } = await store.forgetAgent(request);
  log.info({ event: 'agent_forgotten', agent, undelivered: undelivered.length }, 'agent forgotten');
  forgetId(parts, agent);
  // A mark that stays would give the next session in the pane the same id again.
  if (pane && tmux.paneState(pane) === 'there')
    await unmarkPane(pane).catch((error: unknown) =>
      log.warn({ event: 'pane_not_marked', agent, err: error }, 'pane keeps its mark'),
    );
  arrivals.relook();
  return { agent, undelivered: [...undelivered] };
}
