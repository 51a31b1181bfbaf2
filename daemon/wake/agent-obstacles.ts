/** What keeps mail from an agent that its registry knows: a pause, a client too old for hooks, a pane that is gone. */
import { isSupportedClient } from '../../src/agents/supported-client.ts';
import type { Services } from '../services.ts';
import type { TmuxRegistry } from '../tmux/registry.ts';
import type { ObstacleSource } from './obstacles.ts';

export function agentObstacles({
  store,
  paneState,
}: Pick<Services, 'store'> & Pick<TmuxRegistry, 'paneState'>): ObstacleSource {
  return async (agent) => {
    const { mode, pane, isBound, clientVersion, pausedAtMs } = await store.reachOf(agent);
    if (pausedAtMs !== null) return { code: 'paused', sinceMs: pausedAtMs, nextTryMs: null };
    if (mode === 'pull' && isBound && !isSupportedClient(clientVersion))
      return { code: 'hooks_outdated', sinceMs: 0, nextTryMs: null };
    if (!isBound && pane && paneState(pane) === 'gone')
      return { code: 'pane_gone', sinceMs: 0, nextTryMs: null };
    return null;
  };
}
