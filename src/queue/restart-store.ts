/** The part of the port that keeps how agents were started, and accounts for their crashes, restarts, refusals and holds. */
import type { ProcessId } from '../protocol/agent.ts';
import type { RestartCause, RestartOutcome, RestartPolicy, RestartVerdict } from '../protocol/restart.ts';
import type { ReplyOf, RequestOf } from '../protocol/schemas.ts';
import type { PanePlace } from './registry.ts';

/** How an agent can be started again. */
export interface StartRecord {
  readonly agent: string;
  readonly argv: readonly string[];
  /** Its worktree: the client's own working directory, not where a `cd` went. */
  readonly folder: string;
  /** Of the allow-list only; never keys. */
  readonly environment: Readonly<Record<string, string>>;
  readonly sessionId: string | null;
  /** Where a new window goes. */
  readonly tmux: { readonly socket: string; readonly session: string; readonly window: string } | null;
}

export interface StartedProcess {
  readonly process: ProcessId;
  /** Nothing but it runs in its pane. */
  readonly ownsPane: boolean;
}

/** A process that has to be looked at. */
export interface WatchedAgent extends StartedProcess {
  readonly agent: string;
  /** Somebody asked orq to stop it. */
  readonly stopping: boolean;
  /** It hung, and was ended for it. */
  readonly hung: boolean;
}

/** Inside a turn, and without an event for long. */
export interface QuietSession {
  readonly agent: string;
  readonly sessionId: string;
  readonly process: ProcessId;
  readonly lastEventMs: number;
  readonly pane: PanePlace | null;
  readonly transcriptPath: string | null;
}

export interface HungReport {
  readonly agent: string;
  readonly sessionId: string;
  readonly detail: string;
}

/** What a watched process left behind. */
export interface Remains {
  readonly pane: PanePlace | null;
  /** A hook of it was seen. */
  readonly hasSpoken: boolean;
  /** The reason of its SessionEnd, where it said one. */
  readonly farewell: string | null;
}

export interface RestartReport {
  readonly agent: string;
  readonly cause: RestartCause;
  /** What was said of it, at most a line. */
  readonly detail: string | null;
  readonly isAlive: boolean;
  /** Of a loss: the process that is gone. Whoever reported it before has done it for all. */
  readonly lost?: ProcessId;
  /** A supervisor that gets the verdict `restart` has a grant for so long; milliseconds. Absent: orq starts it. */
  readonly grantMs?: number;
}

export interface RestartDecision {
  readonly id: number;
  readonly verdict: RestartVerdict;
}

/** A restart that is due or under way. */
export interface OpenRestart {
  readonly id: number;
  readonly agent: string;
  readonly cause: RestartCause;
  readonly outcome: RestartOutcome;
  readonly reason: string | null;
  readonly atMs: number;
  readonly dueMs: number | null;
  readonly untilMs: number | null;
  /** Of a hold: why its client is gone, where that starts it again once the hold is over. */
  readonly owedCause: RestartCause | null;
  readonly beganAtMs: number | null;
  readonly fresh: boolean;
  readonly attempt: number;
  readonly placed: (PanePlace & { readonly panePid: number }) | null;
  readonly process: ProcessId | null;
}

export interface StartedAgent {
  readonly agent: string;
  /** `unknown`: nobody saw how it is started. */
  readonly state: 'alive' | 'starting' | 'unknown';
  /** When its turn comes; null where it is not started. */
  readonly dueMs: number | null;
}

export interface StoppedAgent {
  readonly agent: string;
  /** Null: none is known to live. */
  readonly process: ProcessId | null;
}

export interface RestartStore {
  /** Keeps how the agent was started and watches its process; a null process leaves who is watched as it was. */
  recordStart(record: StartRecord, started: StartedProcess | null): Promise<void>;
  startRecord(agent: string): Promise<StartRecord | null>;
  watchedAgents(): Promise<readonly WatchedAgent[]>;
  /** Null where nothing of the agent is watched. */
  remainsOf(agent: string): Promise<Remains | null>;
  /** Counts what happened to an agent, and says what follows. Null: the loss was reported before. Throws not_found, ambiguous_address. */
  reportRestart(
    report: RestartReport,
    policy: RestartPolicy,
    random: number,
  ): Promise<RestartDecision | null>;
  /** Bound sessions inside a turn whose last event is older than `beforeMs`. */
  quietSessions(beforeMs: number): Promise<QuietSession[]>;
  /** Counts that a client hangs. Replies with the one that is to be ended for it, where the policy says so: it is started again as one that crashed. */
  reportHung(hung: HungReport, policy: RestartPolicy): Promise<ProcessId | null>;
  /** Has agents started that do not live, one `staggerMs` after the other; ends their holds. Throws as pauseAgents does. */
  startAgents(choice: RequestOf<'agentPause'>, staggerMs: number): Promise<StartedAgent[]>;
  /** As stopAgents, and each that lived or could live is started once it is gone. */
  restartAgents(choice: RequestOf<'agentPause'>, staggerMs: number): Promise<(StartedAgent & StoppedAgent)[]>;
  /** Nothing is started any more that waits or is under way, and the end of whoever lives, or is being started just now, will count as asked for. */
  stopAgents(choice: RequestOf<'agentPause'>): Promise<StoppedAgent[]>;
  setRestartPolicy(request: RequestOf<'agentRestartPolicy'>): Promise<ReplyOf<'agentRestartPolicy'>>;
  /** All rows that are live. */
  openRestarts(): Promise<OpenRestart[]>;
  /** From waiting to starting, where not more than `startsAtOnce` are; false where it has to stand back, or is over. */
  beginRestart(id: number, startsAtOnce: number, staggerMs: number): Promise<boolean>;
  /** The pane in which it will be started, and what runs there before; false where it is not to be started any more. */
  placeRestart(id: number, place: PanePlace & { readonly panePid: number }): Promise<boolean>;
  /** Its tmux server does not answer: from starting to waiting again; where it was placed is kept. */
  postponeRestart(id: number, pauseMs: number): Promise<void>;
  /** The process that was started; it is watched from now on. False where it has to end again: it was stopped meanwhile, or the restart is over. */
  runRestart(id: number, started: StartedProcess): Promise<boolean>;
  /** Ends a restart whose agent was stopped meanwhile; false where it is to go on. */
  abandonRestart(id: number): Promise<boolean>;
  /** With its session the client does not come up: the next start of this restart goes without. */
  startFresh(id: number): Promise<void>;
  /** Ends a row that is live; false where it was over. `held` begins a hold in its place. */
  endRestart(id: number, outcome: RestartOutcome, reason: string | null): Promise<boolean>;
  /** The time of a hold is over; false where it was before. Where the client went meanwhile, it is started as it would have been without the hold. */
  releaseHold(id: number, policy: RestartPolicy): Promise<boolean>;
  /** Agents held for this are let go in their turn: the time of their holds is over. */
  loosenHolds(cause: RestartCause): Promise<void>;
  restarts(filter: RequestOf<'restarts'>): Promise<ReplyOf<'restarts'>['restarts']>;
  /** Forgets some of what was over longer than `retentionMs` ago; never what is live, nor what a limit of `policy` or of an agent's own may count. */
  pruneRestarts(retentionMs: number, policy: Pick<RestartPolicy, 'windowMs' | 'quietMs'>): Promise<void>;
}
