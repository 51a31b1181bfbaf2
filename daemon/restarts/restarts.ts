/** Keeps agents running as their policy says: learns how they are started, hears of their troubles, sees them go, starts them again. */
import { causeOfFailure, causeOfText, mayTellOfError } from '../../src/agents/restart-cause.ts';
import { SHARED_CAUSES, TREATMENTS } from '../../src/agents/restart-policy.ts';
import type { RestartCause } from '../../src/protocol/restart.ts';
import type { BoundSession } from '../../src/queue/registry.ts';
import type { OpenRestart, WatchedAgent } from '../../src/queue/restart-store.ts';
import type { Look } from '../liveness.ts';
import type { Services } from '../services.ts';
import { readErrorPatterns } from './error-patterns.ts';
import { tellHeld } from './held.ts';
import { openHangs } from './hangs.ts';
import { openLanes } from './lanes.ts';
import { findLosses, tellLosses } from './losses.ts';
import { policyOf } from './policy.ts';
import { endOverdue, runRestarts, serverOf } from './runner.ts';
import { startFactsOf } from './start-facts.ts';

export interface Restarts extends AsyncDisposable {
  /** A session has begun: how its client was started is kept, and what was tried to bring it is over. */
  came(session: BoundSession): Promise<void>;
  /** A turn ended by an error of the service. */
  failed(session: BoundSession | null, error: string | null): Promise<void>;
  /** The client said something; where it tells of an error that counts. */
  noticed(session: BoundSession | null, type: string | null, message: string): Promise<void>;
  /** A turn of the agent ended well: a hold over something that stopped its turns is over. */
  succeeded(session: BoundSession | null): Promise<void>;
  /** What an error that was said stands for; undefined where no pattern fits. */
  causeOf(text: string): RestartCause | undefined;
  /** Whether its client hangs, as far as anybody looked. */
  isHung(agent: string): boolean;
  /** Tells what `lives` finds gone, and carries out what is due, unless that is under way. Nobody waits for it: a tmux server may take its time. */
  sweep(lives: Look): void;
}

type Parts = Pick<
  Services,
  'store' | 'processes' | 'clock' | 'log' | 'ringer' | 'random' | 'about' | 'tmux' | 'briefings' | 'alerts'
>;

const LONGEST_DETAIL = 500;

const DAY_MS = 24 * 3_600_000;

export function openRestarts(parts: Parts): Restarts {
  const { store, clock, log, random, about, tmux } = parts;
  /** Whom `succeeded` has to look up at all; what counts is the row. */
  let held: ReadonlySet<string> = new Set();
  let hasLooked = false;
  let underWay: Promise<void> | undefined;
  const patterns = readErrorPatterns(about.config.errorPatterns);
  const hangs = openHangs(parts);
  const onError = (error: unknown): void => log.error({ event: 'sweep_failed', err: error }, 'sweep failed');
  const [servers, hangLooks] = [openLanes(onError), openLanes(onError)];

  async function came({ agent, process, sessionId }: BoundSession): Promise<void> {
    const facts = process && startFactsOf(process.pid);
    if (agent === null || !process || !facts) return;
    const { pane } = await store.reachOf(agent);
    const snapshot = tmux
      .snapshots()
      .find((each) => each.socket === pane?.socket && each.serverStart === pane.serverStart);
    const sight = pane ? snapshot?.panes.get(pane.pane) : undefined;
    const window = sight?.windows[0];
    await store.recordStart(
      {
        agent,
        ...facts,
        sessionId,
        tmux:
          snapshot && window
            ? { socket: snapshot.socket, session: window.sessionName, window: window.windowName }
            : null,
      },
      { process, ownsPane: sight?.pid === process.pid },
    );
  }

  /** Sessions that began under a daemon that did not keep this. */
  async function learnLiving(): Promise<void> {
    const watched = new Set((await store.watchedAgents()).map(({ agent }) => agent));
    for (const session of await store.livingSessions()) {
      const { agent, standing, process } = session;
      const isNew = standing === 'bound' && agent !== null && !watched.has(agent);
      if (isNew && process && parts.processes.isAlive(process)) await came(session);
    }
  }

  async function told(session: BoundSession | null, cause: RestartCause, detail: string): Promise<void> {
    const agent = session?.agent ?? null;
    if (agent === null || session?.standing !== 'bound') return;
    const line = detail.replaceAll(/\s+/g, ' ').slice(0, LONGEST_DETAIL);
    const report = { agent, cause, detail: line, isAlive: true };
    const decision = await store.reportRestart(report, policyOf(about.config), random());
    if (decision?.verdict.kind !== 'hold' || held.has(agent)) return;
    held = new Set([...held, agent]);
    tellHeld(parts, { agent, cause, reason: decision.verdict.reason });
  }

  return {
    came,
    failed: (session, error) => told(session, causeOfFailure(error), error ?? 'unknown'),
    noticed: async (session, type, message) => {
      const cause = mayTellOfError(type) ? causeOfText(message, patterns) : undefined;
      if (cause !== undefined) await told(session, cause, message);
    },
    succeeded: async (session) => {
      const agent = session?.agent ?? null;
      if (agent === null || !held.has(agent)) return;
      held = new Set([...held].filter((each) => each !== agent));
      const row = (await store.openRestarts()).find(
        (each) => each.agent === agent && each.outcome === 'held',
      );
      if (!row || TREATMENTS[row.cause] === 'restart') return;
      await store.endRestart(row.id, 'released', 'a turn succeeded');
      if (SHARED_CAUSES.has(row.cause)) await store.loosenHolds(row.cause);
    },
    causeOf: (text) => causeOfText(text, patterns),
    isHung: (agent) => hangs.isHung(agent),
    sweep: (lives) => {
      underWay ??= sweepOnce(lives)
        .catch(onError)
        .finally(() => (underWay = undefined));
    },
    [Symbol.asyncDispose]: async () => {
      await underWay;
      for (const lanes of [servers, hangLooks]) await lanes[Symbol.asyncDispose]();
    },
  };

  /** Whom something is to be done for, by the tmux server that it has to do with. */
  async function atServers(
    gone: readonly WatchedAgent[],
    open: readonly OpenRestart[],
  ): Promise<ReadonlyMap<string | null, ReadonlySet<string>>> {
    const nowMs = clock.nowMs();
    const due = open.filter(
      ({ outcome, dueMs }) => outcome === 'starting' || (outcome === 'waiting' && (dueMs ?? 0) <= nowMs),
    );
    const found = new Map<string | null, Set<string>>();
    for (const agent of new Set([...gone, ...due].map((each) => each.agent))) {
      const placed = open.find((row) => row.agent === agent)?.placed ?? null;
      const server = await serverOf(parts, { agent, placed });
      found.set(server, (found.get(server) ?? new Set()).add(agent));
    }
    return found;
  }

  async function sweepOnce(lives: Look): Promise<void> {
    if (!hasLooked) await learnLiving();
    hasLooked = true;
    const gone = await findLosses(parts, lives);
    const before = await store.openRestarts();
    for (const [server, agents] of await atServers(gone, before))
      servers.run(server, async () => {
        const lost = gone.filter(({ agent }) => agents.has(agent));
        await tellLosses(parts, lost);
        await runRestarts(parts, server, agents);
      });
    hangLooks.run(null, () => hangs.look());
    await endOverdue(parts, before);
    await store.pruneRestarts(about.config.restartRetentionDays * DAY_MS, policyOf(about.config));
    const open = await store.openRestarts();
    held = new Set(open.flatMap(({ agent, outcome }) => (outcome === 'held' ? [agent] : [])));
  }
}
