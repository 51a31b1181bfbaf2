/** What happened to an agent: counted, judged by the policy, and what follows written down with it. */
import { attemptsInRow, restartVerdict, TREATMENTS } from '../../agents/restart-policy.ts';
import type { RestartPolicy, RestartVerdict } from '../../protocol/restart.ts';
import type { OpenRestart, RestartDecision, RestartReport } from '../../queue/restart-store.ts';
import type { Addresses } from './address.ts';
import type { AgentStarts } from './agent-start.ts';
import type { RestartPolicies } from './restart-policy.ts';
import type { NewRestart, RestartRows } from './restart-row.ts';
import { STOPPED } from './restart-run.ts';

export type ReportVerb = (
  report: RestartReport,
  policy: RestartPolicy,
  random: number,
  nowMs: number,
) => RestartDecision | null;

interface Parts {
  readonly addresses: Addresses;
  readonly policies: RestartPolicies;
  readonly rows: RestartRows;
  readonly starts: AgentStarts;
}

export function prepareReport({ addresses, policies, rows, starts }: Parts): ReportVerb {
  /** A grant that ran out and a restart whose process is the one that is gone are over; what is left is in force. */
  function inForce(agent: string, { lost, cause }: RestartReport, nowMs: number): OpenRestart | undefined {
    const live = rows.liveOf(agent);
    if (!live) return undefined;
    const isOwn = lost && live.process?.pid === lost.pid && live.process.start === lost.start;
    if (live.outcome === 'starting' && isOwn) {
      if (cause === 'stopped') rows.become(live.id, 'none', STOPPED, nowMs);
      else rows.become(live.id, 'failed', cause, nowMs);
    } else if (live.outcome === 'granted' && (live.untilMs ?? 0) <= nowMs)
      rows.become(live.id, 'expired', null, nowMs);
    else return live;
    return undefined;
  }

  return (report, policy, random, nowMs) => {
    const agent = addresses.known(report.agent);
    const { cause, detail, isAlive, lost, grantMs } = report;
    if (lost && !starts.unwatch(agent, lost)) return null;
    const initiator = grantMs === undefined ? 'orq' : 'supervisor';
    const base = { agent, cause, detail, initiator } as const;
    const live = inForce(agent, report, nowMs);
    if (live && live.outcome !== 'held') {
      const reason = UNDER_WAY[live.outcome] ?? live.outcome;
      const id = lost ? rows.add({ ...base, outcome: 'none', reason }, nowMs) : live.id;
      return { id, verdict: { kind: 'nothing', reason } };
    }
    const own = policies.of(agent, policy);
    const sinceMs = nowMs - Math.max(own.windowMs, own.quietMs);
    const restartsMs = rows.countedSince(agent, sinceMs);
    const all = rows.live();
    const ends = all.flatMap(({ outcome, untilMs }) =>
      outcome === 'held' && untilMs !== null ? [untilMs] : [],
    );
    const serviceHoldUntilMs = Math.max(0, ...ends);
    const verdict = restartVerdict(
      {
        cause,
        isAlive,
        restartsMs,
        hold: live ? { reason: live.reason ?? live.cause, untilMs: live.untilMs } : null,
        serviceHoldUntilMs: serviceHoldUntilMs > nowMs ? serviceHoldUntilMs : null,
        startsUnderWay: all.filter(({ outcome }) => outcome === 'starting').length,
      },
      { ...own, isOn: own.isOn || grantMs !== undefined },
      nowMs,
      random,
    );
    const attempt = attemptsInRow(restartsMs, own.quietMs, nowMs) + 1;
    return { id: write(verdict), verdict };

    function write(decided: RestartVerdict): number {
      switch (decided.kind) {
        case 'restart':
          if (live) rows.become(live.id, 'released', 'its time was over', nowMs);
          return grantMs === undefined
            ? rows.add({ ...base, outcome: 'waiting', reason: null, attempt, dueMs: nowMs }, nowMs)
            : rows.add(
                {
                  ...base,
                  outcome: 'granted',
                  reason: null,
                  attempt,
                  counts: true,
                  untilMs: nowMs + grantMs,
                },
                nowMs,
              );
        case 'after': {
          const { reason, afterMs } = decided;
          if (grantMs !== undefined) return refused({ ...base, outcome: 'none', reason });
          if (live) rows.become(live.id, 'released', 'its client is gone', nowMs);
          return rows.add({ ...base, outcome: 'waiting', reason, attempt, dueMs: nowMs + afterMs }, nowMs);
        }
        case 'hold': {
          const { reason, untilMs } = decided;
          const isOwed = lost && TREATMENTS[cause] === 'restart';
          if (live && isOwed) rows.owe(live.id, cause);
          if (live && (live.reason === reason || TREATMENTS[cause] === 'restart'))
            return lost ? rows.add({ ...base, outcome: 'none', reason: `held: ${reason}` }, nowMs) : live.id;
          if (live) rows.become(live.id, 'released', `held now: ${reason}`, nowMs);
          return rows.add(
            { ...base, outcome: 'held', reason, untilMs, owedCause: live?.owedCause ?? null },
            nowMs,
          );
        }
        case 'nothing':
          return refused({ ...base, outcome: 'none', reason: decided.reason });
      }
    }

    /** What comes again and again unchanged is one row. */
    function refused(row: NewRestart): number {
      const latest = rows.latestOf(agent);
      const isSame = latest?.outcome === 'none' && latest.cause === cause && latest.reason === row.reason;
      return isSame && !lost ? latest.id : rows.add(row, nowMs);
    }
  };
}

const UNDER_WAY: Readonly<Record<string, string>> = {
  waiting: 'a restart is waiting',
  starting: 'a restart is under way',
  granted: 'a supervisor was told to restart it',
};
