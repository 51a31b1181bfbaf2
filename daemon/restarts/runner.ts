/**
 * Carries restarts out, each step written down before the next one is taken: begun, placed in a pane, running, over with the agent's first hook.
 * A daemon that comes back finds in the pane whether the start took place: then something else runs there than before.
 */
import { restartArgv } from '../../src/agents/start-command.ts';
import { OrqError } from '../../src/protocol/errors.ts';
import type { OpenRestart, StartRecord } from '../../src/queue/restart-store.ts';
import type { Services } from '../services.ts';
import { gotNoAnswer, saysNobody } from '../tmux/tmux.ts';
import { closePane, openWindow, paneNow, runInPane, windowWords, type PaneNow } from '../tmux/launch.ts';
import { endProcess } from './end-process.ts';
import { isFree } from './free-pane.ts';
import { tellHeld } from './held.ts';
import { policyOf } from './policy.ts';
import { startTmuxServer } from './tmux-unit.ts';

type Parts = Pick<
  Services,
  'store' | 'processes' | 'clock' | 'log' | 'ringer' | 'random' | 'about' | 'alerts' | 'briefings' | 'tmux'
>;

/** A start that shows no hook for so long is taken for one that runs without hooks; milliseconds. */
const PATIENCE_MS = 120_000;

/** Ends grants and holds whose time is over. */
export async function endOverdue(parts: Parts, open: readonly OpenRestart[]): Promise<void> {
  const { store, clock, about } = parts;
  const nowMs = clock.nowMs();
  for (const row of open)
    if (row.outcome === 'granted' && isOver(row, nowMs)) await store.endRestart(row.id, 'expired', null);
  const released = open.find((row) => row.outcome === 'held' && isOver(row, nowMs));
  if (released) await release(parts, released, policyOf(about.config).staggerMs);
}

/** The tmux server that a restart has to do with; null where there is none. */
export async function serverOf(
  { store }: Pick<Parts, 'store'>,
  { agent, placed }: Pick<OpenRestart, 'agent' | 'placed'>,
): Promise<string | null> {
  if (placed) return placed.socket;
  const { pane } = await store.reachOf(agent);
  return pane?.socket ?? (await store.startRecord(agent))?.tmux?.socket ?? null;
}

/** What is due now for the agents of one tmux server. One call at a time for each server. */
export async function runRestarts(
  parts: Parts,
  server: string | null,
  agents: ReadonlySet<string>,
): Promise<void> {
  const { store, clock, tmux } = parts;
  const { startsAtOnce, staggerMs } = policyOf(parts.about.config);
  for (const row of await store.openRestarts()) {
    if (!agents.has(row.agent)) continue;
    const nowMs = clock.nowMs();
    // Nobody starts there, and nobody has to wait for that.
    const isWedged = tmux.servers().some(({ socket, state }) => socket === server && state === 'wedged');
    if (row.outcome === 'waiting' && (row.dueMs ?? 0) <= nowMs && !isWedged) {
      if (await store.beginRestart(row.id, startsAtOnce, staggerMs)) await carryOut(parts, row);
    }
    if (row.outcome === 'starting' && row.process) await believe(parts, row, nowMs);
    else if (row.outcome === 'starting' && isWedged) await store.postponeRestart(row.id, staggerMs);
    else if (row.outcome === 'starting') await carryOut(parts, row);
  }
}

const isOver = ({ untilMs }: OpenRestart, nowMs: number): boolean => untilMs !== null && untilMs <= nowMs;

/** As the steady clock says it: one that is set back must keep nobody held. */
const lastRelease = new WeakMap<Parts['store'], number>();

/** One after the other: those that met the same would meet it together again. */
async function release(
  { store, ringer, clock, about }: Parts,
  row: OpenRestart,
  staggerMs: number,
): Promise<void> {
  const steadyMs = clock.steadyMs();
  if (steadyMs - (lastRelease.get(store) ?? -Infinity) < staggerMs) return;
  lastRelease.set(store, steadyMs);
  if (await store.releaseHold(row.id, policyOf(about.config))) await ringer.consider(row.agent);
}

/** A start that has not shown its first hook. */
async function believe({ store }: Parts, row: OpenRestart, nowMs: number): Promise<void> {
  if (nowMs - (row.beganAtMs ?? row.atMs) > PATIENCE_MS)
    await store.endRestart(row.id, 'restarted', 'it runs, and no hook of it was seen');
}

/**
 * A start may have taken place before: under a daemon that is gone, or behind a server that did not answer in time. Such a one waits again, and takes no
 * turn from others meanwhile; the next look tells.
 */
async function carryOut(parts: Parts, row: OpenRestart): Promise<void> {
  try {
    const now = row.placed && (await paneNow(row.placed.socket, row.placed.pane));
    const took =
      now && !now.isDead && now.serverStart === row.placed?.serverStart && now.panePid !== row.placed.panePid;
    if (took) await watch(parts, row, now);
    else await launch(parts, row);
  } catch (error) {
    if (gotNoAnswer(error)) await parts.store.postponeRestart(row.id, policyOf(parts.about.config).staggerMs);
    else await failed(parts, row, error);
  }
}

async function launch(parts: Parts, row: OpenRestart): Promise<void> {
  const { store, log } = parts;
  const { agent, id } = row;
  const record = await store.startRecord(agent);
  if (!record) throw new OrqError('not_found', `agent "${agent}": nobody saw how it is started`);
  const sessionId = row.fresh ? null : record.sessionId;
  if (await store.abandonRestart(id)) return;
  const known = await unchanged(row);
  const { place, isNew } = known ? { place: known, isNew: false } : await placeFor(parts, record);
  if (!(await store.placeRestart(id, place))) {
    await store.abandonRestart(id);
    if (isNew) await closePane(place);
    return;
  }
  // Whoever never had a session is started as it was asked for, with its first prompt.
  const isFirst = !row.fresh && sessionId === null;
  const argv = isFirst ? record.argv : restartArgv(record.argv, sessionId);
  // Before the client is there: its SessionStart hands it out.
  if (!isFirst) await store.brief({ agent }, parts.briefings.material('restart', record.folder));
  await runInPane(place, { ...record, argv });
  const now = await paneNow(place.socket, place.pane);
  if (!now) throw new OrqError('not_found', `agent "${agent}": its pane is gone`);
  if (!(await watch(parts, row, now))) return;
  log.info(
    { event: 'agent_started', agent, pane: now.pane, pid: now.panePid, resumes: sessionId !== null },
    'agent started',
  );
}

/**
 * A program that ended at once has no process any more: it is watched under what its pane was given, and found gone. False: it was stopped while it
 * was being started, and is told to end.
 */
async function watch({ store, processes }: Parts, { id }: OpenRestart, now: PaneNow): Promise<boolean> {
  const process = processes.identify(now.panePid) ?? { pid: now.panePid, start: `${processes.bootId}:0` };
  const isWanted = await store.runRestart(id, { process, ownsPane: true });
  if (!isWanted) endProcess(processes, process);
  return isWanted;
}

async function failed(parts: Parts, row: OpenRestart, error: unknown): Promise<void> {
  const { store, log, random, about } = parts;
  const { agent, cause, id } = row;
  const reason = error instanceof Error ? error.message : String(error);
  const held = error instanceof OrqError && (error.code === 'unreachable' || error.code === 'not_found');
  if (await store.abandonRestart(id)) return;
  log.warn({ event: 'agent_not_started', agent, held, err: error }, 'agent not started');
  await store.endRestart(id, held ? 'held' : 'failed', reason);
  if (held) {
    tellHeld(parts, { agent, cause, reason });
    return;
  }
  const report = { agent, cause: 'crashed', detail: reason, isAlive: false } as const;
  const decision = await store.reportRestart(report, policyOf(about.config), random());
  if (decision?.verdict.kind === 'hold')
    tellHeld(parts, { agent, cause: report.cause, reason: decision.verdict.reason });
}

/** The pane that a daemon before chose, where nothing was started in it yet. */
async function unchanged({ placed }: OpenRestart): Promise<PaneNow | null> {
  const now = placed && (await paneNow(placed.socket, placed.pane));
  return now && now.serverStart === placed.serverStart && now.panePid === placed.panePid ? now : null;
}

/** Its pane where that is there and free, else a new window in its session; the server is started where it is gone. */
async function placeFor(
  { store }: Parts,
  { agent, folder, tmux }: StartRecord,
): Promise<{ readonly place: PaneNow; readonly isNew: boolean }> {
  const { pane } = await store.reachOf(agent);
  const old = pane && (await paneNow(pane.socket, pane.pane));
  if (old && old.serverStart === pane?.serverStart && isFree(old)) return { place: old, isNew: false };
  if (!tmux) throw new OrqError('not_found', `agent "${agent}": it was not started in tmux`);
  const window = { ...tmux, folder };
  try {
    return { place: await openWindow(window), isNew: true };
  } catch (error) {
    if (!saysNobody(error)) throw error;
  }
  await startTmuxServer(tmux.socket, windowWords(window, true));
  const now = await paneNow(tmux.socket, '%0');
  if (!now)
    throw new OrqError('unreachable', `tmux on ${tmux.socket}: the server that was started does not answer`);
  return { place: now, isNew: true };
}
