/** A client that hangs: written down as trouble of a client that lives, and as an event of its session. */
import type { RestartPolicy } from '../../protocol/restart.ts';
import type { HungReport, RestartStore } from '../../queue/restart-store.ts';
import type { AgentStarts } from './agent-start.ts';
import type { Contexts } from './context.ts';
import type { RestartPolicies } from './restart-policy.ts';
import type { ReportVerb } from './restart-report.ts';
import type { RestartRows } from './restart-row.ts';

interface Parts {
  readonly policies: RestartPolicies;
  readonly rows: RestartRows;
  readonly starts: AgentStarts;
  readonly contexts: Contexts;
  readonly report: ReportVerb;
}

export type HungVerb = (
  hung: HungReport,
  policy: RestartPolicy,
  nowMs: number,
) => Awaited<ReturnType<RestartStore['reportHung']>>;

export function prepareHung({ policies, rows, starts, contexts, report }: Parts): HungVerb {
  /** Whoever would be held instead of started again is better left as it is. */
  function maySucceed(agent: string, policy: RestartPolicy, nowMs: number): boolean {
    const { isOn, limit, windowMs } = policies.of(agent, policy);
    return (
      isOn && rows.liveOf(agent) === undefined && rows.countedSince(agent, nowMs - windowMs).length < limit
    );
  }

  return ({ agent, sessionId, detail }, policy, nowMs) => {
    const ends = policy.restartsHung && maySucceed(agent, policy, nowMs) ? starts.markHung(agent) : null;
    report({ agent, cause: 'hung', detail, isAlive: true }, policy, 0, nowMs);
    const fact = { kind: 'hung', reason: detail, transcriptPath: null, folder: null, summary: null } as const;
    contexts.keep({ agent, sessionId }, fact, nowMs);
    return ends;
  };
}
