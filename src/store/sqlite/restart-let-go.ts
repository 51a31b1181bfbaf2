/** Ends holds. An agent whose client is not there any more is started, where it would have been without the hold. */
import { SHARED_CAUSES, TREATMENTS } from '../../agents/restart-policy.ts';
import type { RestartPolicy } from '../../protocol/restart.ts';
import type { OpenRestart } from '../../queue/restart-store.ts';
import type { AgentStarts } from './agent-start.ts';
import type { RestartPolicies } from './restart-policy.ts';
import type { RestartRows } from './restart-row.ts';

export interface LettingGo {
  /**
   * A person ends the agents' holds, and what happened so far counts no more; false for each that was not held. Several that have their trouble in
   * common are let go in their turn: they would meet it again together.
   */
  letGo(agents: readonly string[], policy: RestartPolicy, nowMs: number): boolean[];
  /** The time of a hold is over; false where it was before. */
  release(id: number, policy: RestartPolicy, nowMs: number): boolean;
}

interface Parts {
  readonly policies: RestartPolicies;
  readonly rows: RestartRows;
  readonly starts: AgentStarts;
}

const isShared = ({ outcome, cause }: OpenRestart): boolean => outcome === 'held' && SHARED_CAUSES.has(cause);

export function prepareLettingGo({ policies, rows, starts }: Parts): LettingGo {
  function isStartable(agent: string): boolean {
    return starts.find(agent)?.process === null;
  }

  function mayStart(agent: string, { owedCause }: OpenRestart, policy: RestartPolicy): boolean {
    return owedCause !== null && policies.of(agent, policy).isOn && isStartable(agent);
  }

  return {
    letGo: (agents, policy, nowMs) => {
      const live = agents.map((agent) => rows.liveOf(agent));
      const sharing = live.filter((row) => row !== undefined && isShared(row)).length;
      return live.map((row) => {
        if (row?.outcome !== 'held') return false;
        const { id, agent, cause, reason } = row;
        rows.forgive(agent);
        if (sharing > 1 && isShared(row)) {
          rows.loosen(id, nowMs);
          return true;
        }
        rows.become(id, 'released', 'a person let it go', nowMs);
        const isWanted = TREATMENTS[cause] === 'restart' || reason?.startsWith('crash loop') === true;
        if (mayStart(agent, row, policy) || (isWanted && isStartable(agent)))
          rows.request(agent, nowMs, nowMs);
        return true;
      });
    },
    release: (id, policy, nowMs) => {
      const row = rows.live().find((each) => each.id === id);
      if (row?.outcome !== 'held' || !rows.become(id, 'released', 'its time was over', nowMs)) return false;
      const { agent, owedCause } = row;
      if (owedCause === null || !mayStart(agent, row, policy)) return true;
      const reason = `held before: ${row.reason ?? row.cause}`;
      rows.add(
        {
          agent,
          cause: owedCause,
          detail: null,
          initiator: 'orq',
          outcome: 'waiting',
          reason,
          attempt: 1,
          dueMs: nowMs,
        },
        nowMs,
      );
      return true;
    },
  };
}
