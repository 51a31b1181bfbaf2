/** Lives of sessions: which one an event belongs to, whom it replaces, and what ends with it. */
import { standingOf } from '../../agents/binding.ts';
import { lastEventOf } from '../../agents/session.ts';
import type { Exchange } from '../../queue/exchange.ts';
import type { Leases } from './lease.ts';
import type { SessionRow, Sessions } from './session.ts';

interface Life {
  readonly session: SessionRow;
  readonly returned: readonly string[];
  readonly began: boolean;
  /** It spoke for nobody before, and was told nothing. */
  readonly isNamed: boolean;
}

export interface Lives {
  /** The life that this event belongs to, begun where it is a new one, and the agents that got messages back by that. Undefined: a life that is over, or nobody's. */
  of(request: Exchange, nowMs: number): Life | undefined;
  /** Ends a life: its leases return. */
  end(session: SessionRow, reason: string, end: 'session_ended' | 'session_died', nowMs: number): string[];
}

export function prepareLives({ leases, sessions }: { leases: Leases; sessions: Sessions }): Lives {
  const endLife: Lives['end'] = (session, reason, end, nowMs) => {
    const returned = leases.giveBack(leases.heldBy(session.key), end, session.hasProven, nowMs);
    sessions.end(session.key, reason, nowMs);
    return returned;
  };

  function openLife(request: Exchange, nowMs: number): { session: SessionRow; returned: string[] } {
    const { caller, agent, observed } = request;
    const returned: string[] = [];
    for (const earlier of caller.process ? sessions.ofProcess(caller.process) : [])
      returned.push(...endLife(earlier, 'replaced', 'session_ended', nowMs));
    const bound = agent === null ? undefined : sessions.boundTo(agent);
    const gone = bound !== undefined && bound.key === request.goneSession;
    const standing =
      agent === null
        ? 'guest'
        : standingOf(
            { process: caller.process, mayBind: request.mayBind },
            bound && { process: bound.process, gone },
          );
    if (bound && standing === 'bound')
      returned.push(
        ...endLife(bound, gone ? 'process gone' : 'replaced', gone ? 'session_died' : 'session_ended', nowMs),
      );
    return {
      session: sessions.open({ caller, agent, standing, event: lastEventOf(observed) }, nowMs),
      returned,
    };
  }

  /** A guest that prompts interactively after the bound process died takes its place. */
  function promoteGuest(
    guest: SessionRow,
    request: Exchange,
    nowMs: number,
  ): { session: SessionRow; returned: string[] } {
    const { observed, mayBind, goneSession } = request;
    if (guest.agent === null || !mayBind || observed.subagent || observed.event !== 'UserPromptSubmit')
      return { session: guest, returned: [] };
    const bound = sessions.boundTo(guest.agent);
    if (bound && bound.key !== goneSession) return { session: guest, returned: [] };
    const returned = bound ? endLife(bound, 'process gone', 'session_died', nowMs) : [];
    sessions.bind(guest.key);
    return { session: { ...guest, standing: 'bound' }, returned };
  }

  const of: Lives['of'] = (request, nowMs) => {
    const { observed, caller } = request;
    const found = sessions.of(caller);
    const known = found && sessions.learnProcess(found, caller.process);
    const finds =
      known?.agent === null && request.agent !== null && request.mayBind && observed.event !== 'SessionEnd';
    const isNamed = finds && !observed.subagent;
    const begins = observed.event === 'SessionStart' && !observed.compacted;
    if (known && known.standing !== 'ended' && !isNamed && (!begins || known.lastEvent === 'SessionStart')) {
      const standing =
        known.standing === 'guest' ? promoteGuest(known, request, nowMs) : { session: known, returned: [] };
      return { ...standing, began: false, isNamed: false };
    }
    if (known?.standing === 'ended' && !begins) return undefined;
    if (observed.event === 'SessionEnd' || observed.subagent) return undefined;
    const returned =
      known && known.standing !== 'ended' ? endLife(known, 'replaced', 'session_ended', nowMs) : [];
    const opened = openLife(request, nowMs);
    return { session: opened.session, returned: [...returned, ...opened.returned], began: true, isNamed };
  };

  return { of, end: endLife };
}
