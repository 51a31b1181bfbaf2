/** The verbs of restart accounting, each in one transaction. */
import type { ReplyOf } from '../../protocol/schemas.ts';
import type { RestartPolicy } from '../../protocol/restart.ts';
import type { RestartStore } from '../../queue/restart-store.ts';
import type { Addresses } from './address.ts';
import type { ChosenAgents } from './agent-choice.ts';
import { prepareAgentStarts } from './agent-start.ts';
import type { Contexts } from './context.ts';
import type { Database } from './database.ts';
import { prepareQuietSessions } from './quiet-session.ts';
import { prepareLettingGo } from './restart-let-go.ts';
import { prepareHung } from './restart-hung.ts';
import { prepareRestartList } from './restart-list.ts';
import { prepareRestartPruning } from './restart-prune.ts';
import { prepareRestartPolicies } from './restart-policy.ts';
import { prepareReport } from './restart-report.ts';
import { prepareRestartRows } from './restart-row.ts';
import { prepareRestartRuns } from './restart-run.ts';

interface Parts {
  readonly addresses: Addresses;
  readonly chosen: ChosenAgents;
  readonly contexts: Contexts;
  readonly nowMs: () => number;
  readonly read: <T>(run: () => T) => Promise<T>;
  readonly write: <T>(run: () => T) => Promise<T>;
}

export interface Restarts {
  readonly verbs: RestartStore;
  /** Ends the holds of agents, for trouble that they have in common one after the other; who was held has changed by that. */
  letGo(resumed: ReplyOf<'agentResume'>, policy: RestartPolicy): ReplyOf<'agentResume'>;
}

export function prepareRestarts(
  db: Database,
  { addresses, chosen, contexts, nowMs, read, write }: Parts,
): Restarts {
  const rows = prepareRestartRows(db);
  const starts = prepareAgentStarts(db);
  const policies = prepareRestartPolicies(db, { chosen });
  const report = prepareReport({ addresses, policies, rows, starts });
  const hung = prepareHung({ policies, rows, starts, contexts, report });
  const quiet = prepareQuietSessions(db);
  const pruning = prepareRestartPruning(db);
  const runs = prepareRestartRuns(db, { rows, starts });
  const letting = prepareLettingGo({ policies, rows, starts });
  const list = prepareRestartList(db, { addresses });
  return {
    letGo: ({ agents }, policy) => {
      const ids = agents.map(({ id }) => id);
      const released = letting.letGo(ids, policy, nowMs());
      return {
        agents: agents.map((agent, at) => ({ ...agent, changed: agent.changed || released[at] === true })),
      };
    },
    verbs: {
      recordStart: (record, started) => write(() => runs.came(record, started, nowMs())),
      startRecord: (agent) => read(() => starts.find(agent) ?? null),
      watchedAgents: () => read(() => starts.watched()),
      remainsOf: (agent) => read(() => starts.remainsOf(agent)),
      reportRestart: (told, policy, random) => write(() => report(told, policy, random, nowMs())),
      quietSessions: (beforeMs) => read(() => quiet(beforeMs)),
      reportHung: (told, policy) => write(() => hung(told, policy, nowMs())),
      startAgents: (choice, staggerMs) => write(() => runs.start(chosen(choice), staggerMs, nowMs())),
      restartAgents: (choice, staggerMs) =>
        write(() => {
          const agents = chosen(choice);
          const stopped = runs.stop(agents, nowMs());
          return runs.start(agents, staggerMs, nowMs(), true).map((each, at) => ({
            ...each,
            process: stopped[at]?.process ?? null,
          }));
        }),
      stopAgents: (choice) => write(() => runs.stop(chosen(choice), nowMs())),
      setRestartPolicy: (request) => write(() => policies.set(request)),
      openRestarts: () => read(() => rows.live()),
      beginRestart: (id, startsAtOnce, staggerMs) =>
        write(() => runs.begin(id, startsAtOnce, staggerMs, nowMs())),
      placeRestart: (id, place) => write(() => runs.place(id, place)),
      runRestart: (id, started) => write(() => runs.run(id, started)),
      postponeRestart: (id, pauseMs) => write(() => runs.postpone(id, nowMs() + pauseMs)),
      abandonRestart: (id) => write(() => runs.abandon(id, nowMs())),
      startFresh: (id) => write(() => runs.startFresh(id)),
      endRestart: (id, outcome, reason) => write(() => rows.become(id, outcome, reason, nowMs())),
      releaseHold: (id, policy) => write(() => letting.release(id, policy, nowMs())),
      loosenHolds: (cause) =>
        write(() => {
          for (const row of rows.live())
            if (row.outcome === 'held' && row.cause === cause) rows.loosen(row.id, nowMs());
        }),
      restarts: (filter) => read(() => list(filter)),
      pruneRestarts: async (retentionMs, { windowMs, quietMs }) => {
        const spans = [retentionMs, Math.max(windowMs, quietMs)] as const;
        if (await read(() => pruning.isDue(...spans, nowMs())))
          await write(() => pruning.prune(...spans, nowMs()));
      },
    },
  };
}
