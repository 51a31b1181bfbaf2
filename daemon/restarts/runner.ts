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
  'store' | 'processes' | 'clock' | 'log' | 'ringer' | 'random' | 'about' | 'alerts' | 'briefings'
>;

/** A start that shows no hook for so long is taken for one that runs without hooks; milliseconds. */
const PATIENCE_MS = 120_000;

/** What is due now. One call at a time. */
export async function runRestarts(parts: Parts): Promise<void> {
  const { store, clock } = parts;
  const { startsAtOnce, staggerMs } = policyOf(parts.about.config);
  const open = await store.openRestarts();
  const nowMs = clock.nowMs();
  for (const row of open) {
    if (row.outcome === 'granted' && isOver(row, nowMs)) await store.endRestart(row.id, 'expired', null);
    if (row.outcome === 'waiting' && (row.dueMs ?? 0) <= nowMs) {
      if (await store.beginRestart(row.id, startsAtOnce, staggerMs))
        await carryOut(parts, row, () => launch(parts, row));
    }
    if (row.outcome === 'starting') await goOn(parts, row, nowMs);
  }
  const released = open.find((row) => row.outcome === 'held' && isOver(row, nowMs));
  if (released) await release(parts, released, staggerMs);
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

/** A start that a daemon before began, or that has not shown its first hook. */
async function goOn(parts: Parts, row: OpenRestart, nowMs: number): Promise<void> {
  const { store } = parts;
  if (row.process) {
    if (nowMs - (row.beganAtMs ?? row.atMs) > PATIENCE_MS)
      await store.endRestart(row.id, 'restarted', 'it runs, and no hook of it was seen');
    return;
  }
  await carryOut(parts, row, async () => {
    const now = row.placed && (await paneNow(row.placed.socket, row.placed.pane));
    const took =
      now && !now.isDead && now.serverStart === row.placed?.serverStart && now.panePid !== row.placed.panePid;
    if (took) await watch(parts, row, now);
    else await launch(parts, row);
  });
}

/** Where the server does not answer, the start may have taken place: the next look tells. */
async function carryOut(parts: Parts, row: OpenRestart, step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    const nowMs = parts.clock.nowMs();
    if (gotNoAnswer(error) && nowMs - (row.beganAtMs ?? nowMs) <= PATIENCE_MS) return;
    await failed(parts, row, error);
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
