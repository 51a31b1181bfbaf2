/** What keeps mail from an agent that its registry knows: a pause, a client too old for hooks or without any, a pane that is gone. */
import { isSupportedClient } from '../../src/protocol/supported-client.ts';
import type { Obstacle } from '../../src/agents/why.ts';
import type { AgentReach } from '../../src/queue/registry.ts';
import { asksForTrust } from '../pane/screen.ts';
import type { Services } from '../services.ts';
import type { TmuxRegistry } from '../tmux/registry.ts';
import { placeNamed, unhookedAt } from '../tmux/unhooked.ts';
import type { ObstacleSource } from './obstacles.ts';

type Parts = Pick<Services, 'store'> & {
  /** There only after the obstacles. */
  readonly tmux: () => Pick<TmuxRegistry, 'paneState' | 'snapshots' | 'answers'>;
};

export function agentObstacles(parts: Parts): ObstacleSource {
  return async (agent) => {
    const reach = await parts.store.reachOf(agent);
    const { mode, isBound, clientVersion, pausedAtMs, startedAtMs } = reach;
    if (pausedAtMs !== null) return { code: 'paused', sinceMs: pausedAtMs, nextTryMs: null };
    if (!isBound) return (await unhooked(parts, agent, reach)) ?? paneGone(parts, reach);
    if (mode === 'pull' && !isSupportedClient(clientVersion))
      return { code: 'hooks_outdated', sinceMs: startedAtMs ?? 0, nextTryMs: null };
    return null;
  };
}

/** A client in the agent's pane, or in one that would give it this name, that no hook has spoken from. */
async function unhooked({ store, tmux }: Parts, agent: string, reach: AgentReach): Promise<Obstacle | null> {
  // Whom messages are typed to needs none.
  if (reach.mode === 'push') return null;
  const { paneState, snapshots, answers } = tmux();
  const here = reach.pane && paneState(reach.pane) === 'there' ? reach.pane : null;
  const place = here ?? placeNamed(snapshots(), agent);
  if (!place) return null;
  const hooked = new Set((await store.livingProcesses()).map(({ process }) => process.pid));
  if (!unhookedAt(snapshots(), place, (pid) => hooked.has(pid))) return null;
  const isAsked = answers(place.socket) && (await asksForTrust(place));
  const code = isAsked ? 'not_trusted' : 'no_hooks';
  return { code, sinceMs: reach.lastSeenMs, nextTryMs: null };
}

function paneGone({ tmux }: Parts, { pane, lastSeenMs }: AgentReach): Obstacle | null {
  if (!pane || tmux().paneState(pane) !== 'gone') return null;
  return { code: 'pane_gone', sinceMs: lastSeenMs, nextTryMs: null };
}
