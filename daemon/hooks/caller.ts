/** For whom a hook speaks: its client's process, and at first sight the agent of its pane, its install or its environment. */
import { nameFromFolder } from '../../src/agents/identity.ts';
import type { Caller } from '../../src/queue/exchange.ts';
import type { BoundSession } from '../../src/queue/registry.ts';
import type { Services } from '../services.ts';
import { markPane } from '../tmux/pane.ts';
import type { Found, Pane } from '../tmux/registry.ts';
import type { HookRequest } from './hook-request.ts';

type Parts = Pick<Services, 'store' | 'processes' | 'log' | 'tmux' | 'undecided'>;

export interface Speaker {
  readonly agent: string | null;
  readonly mayBind: boolean;
  /** The pane, where it was looked at. */
  readonly pane: Pane | null;
}

export function callerOf({ processes }: Pick<Services, 'processes'>, hook: HookRequest): Caller {
  const process = hook.parentPid === null ? null : processes.clientOf(hook.parentPid, hook.claudePid);
  return { sessionId: hook.sessionId, process };
}

/** An interactive client, or one of a version that does not say. */
export function isInteractive(entrypoint: string | null): boolean {
  return entrypoint === null || entrypoint === 'cli';
}

/**
 * A session that is known speaks for its agent; any other is admitted by its pane, its given name or its folder.
 * A guest is asked again where it `mayTakeOver`: what held it may hold it still. While the tmux server of its pane does not answer a session
 * speaks for nobody: a name made without the pane would stay for the session's life, and a given one may be another agent's.
 */
export async function speakerOf(
  parts: Parts,
  hook: HookRequest,
  known: BoundSession | null,
  mayTakeOver: boolean,
): Promise<Speaker> {
  const mayBind = isInteractive(hook.entrypoint) || hook.agent !== null;
  if (known?.agent && (known.standing === 'bound' || !mayTakeOver || !mayBind))
    return { agent: known.agent, mayBind, pane: null };
  const nobody: Speaker = { agent: null, mayBind: false, pane: null };
  if (known && !mayBind) return nobody;
  const found = await paneOf(parts, hook);
  if (found === 'undecided') {
    parts.log.warn(
      { event: 'identity_undecided', pane: hook.pane, tmuxSocket: hook.tmuxSocket },
      'tmux does not answer: the session speaks for nobody yet',
    );
    parts.undecided.add(hook);
    return nobody;
  }
  const pane = found === 'none' ? null : found;
  for (const name of [pane?.mark, hook.agent]) if (name) await endIfDead(parts, name);
  const { agent, created, conflict, adopted } = await parts.store.admit({
    marked: pane?.mark ?? null,
    given: hook.agent,
    proposed: pane?.name ?? nameFromFolder(hook.cwd ?? ''),
    ...(hook.cwd !== null && { folder: hook.cwd }),
    pane: pane?.facts ?? null,
    mayCreate: mayBind,
  });
  if (conflict)
    parts.log.warn(
      { event: 'identity_conflict', pane: hook.pane, marked: pane?.mark, given: hook.agent },
      'a pane and the name given to its agent disagree: no mail until one of them changes',
    );
  if (created)
    parts.log.info({ event: 'agent_seen', agent, pane: hook.pane, adopted }, 'agent seen for the first time');
  return { agent, mayBind: mayBind && !conflict && (known?.agent ?? agent) === agent, pane };
}

/** A newcomer takes over name, pane and addresses of an agent whose process is gone, also where the sweep has not looked yet. */
async function endIfDead({ store, processes }: Parts, agent: string): Promise<void> {
  const bound = await store.boundTo(agent);
  if (bound?.process && !processes.isAlive(bound.process))
    await store.endSession(bound.key, 'process gone', 'session_died');
}

/** Writes the agent's id onto the pane of its bound session; a guest leaves no mark. */
export function mark({ log }: Pick<Services, 'log'>, { pane }: Speaker, agent: string): void {
  if (!pane || pane.mark === agent) return;
  markPane(pane.facts, agent).catch((error: unknown) =>
    log.warn({ event: 'pane_not_marked', agent, err: error }, 'pane not marked'),
  );
}

async function paneOf({ log, tmux }: Pick<Services, 'log' | 'tmux'>, hook: HookRequest): Promise<Found> {
  const { tmuxSocket, pane } = hook;
  if (tmuxSocket === null || pane === null || !/^%\d+$/.test(pane)) return 'none';
  const found = await tmux.find(tmuxSocket, pane);
  if (found === 'none') log.warn({ event: 'pane_not_read', tmuxSocket, pane }, 'tmux shows no such pane');
  return found;
}
