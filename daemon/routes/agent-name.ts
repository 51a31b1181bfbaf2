/** POST /v1/agents/name */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';
import { markPane } from '../tmux/pane.ts';
import { forgetId } from '../wake/forget.ts';
import { arrived } from './arrived.ts';

export async function agentName(
  parts: Pick<Services, 'store' | 'arrivals' | 'ringer' | 'obstacles' | 'briefings' | 'tmux' | 'log'>,
  request: RequestOf<'agentName'>,
): Promise<ReplyOf<'agentName'>> {
  const { store, tmux, log } = parts;
  const { agent, was, pane } = await store.nameAgent(request);
  log.info({ event: 'agent_named', agent, was }, 'agent named');
  forgetId(parts, was);
  // The old name means the agent too: a mark that cannot be written now misleads nobody.
  if (pane && tmux.paneState(pane) === 'there')
    markPane(pane, agent).catch((error: unknown) =>
      log.warn({ event: 'pane_not_marked', agent, err: error }, 'pane not marked'),
    );
  // Whoever waits for mail under the old name has to look for it under the new one.
  parts.arrivals.relook();
  await arrived(parts, [agent]);
  return { agent, was };
}
