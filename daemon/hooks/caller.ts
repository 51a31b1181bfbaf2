/** For whom a hook speaks: its client's process, and at first sight the agent of its pane, its install or its environment. */
import { nameFromFolder } from '../../src/agents/identity.ts';
import { OrqError } from '../../src/protocol/errors.ts';
import { isAgentId } from '../../src/protocol/names.ts';
import type { BoundSession, Caller } from '../../src/queue/store.ts';
import type { Services } from '../services.ts';
import { markPane, readPane, type Pane } from '../tmux/pane.ts';
import type { HookRequest } from './hook-request.ts';

type Parts = Pick<Services, 'store' | 'processes' | 'log'>;

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
 * A guest is asked again where it `mayTakeOver`: what held it may hold it still.
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
  const pane = await paneOf(parts, hook);
  for (const name of [pane?.mark, hook.agent]) if (name) await endIfDead(parts, name);
  const { agent, created, conflict, adopted } = await parts.store.admit({
    marked: pane?.mark && isAgentId(pane.mark) ? pane.mark : null,
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

async function paneOf(
  { log }: Pick<Services, 'log'>,
  { tmuxSocket, pane }: HookRequest,
): Promise<Pane | null> {
  if (tmuxSocket === null || pane === null || !/^%\d+$/.test(pane)) return null;
  try {
    return await readPane(tmuxSocket, pane);
  } catch (error) {
    // A wedged server says nothing about who is there: a name made without it would stay for the session's life.
    if (error instanceof OrqError) throw error;
    log.warn({ event: 'pane_not_read', tmuxSocket, pane, err: error }, 'pane not read');
    return null;
  }
}
