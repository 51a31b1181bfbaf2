/**
 * Looks for clients that hang: inside a turn, and for long neither a hook nor anything new in the pane nor in the transcript. A client at work draws
 * in its pane all the time, also while a tool runs for hours; one whose turn a person interrupted, of which no hook tells, shows a box at rest. Of one
 * without a pane nobody can tell either. tmux knows when a window was last written to; in one of several panes what the pane shows is compared from look to look.
 */
import { stat } from 'node:fs/promises';
import type { PanePlace } from '../../src/queue/registry.ts';
import type { QuietSession } from '../../src/queue/restart-store.ts';
import type { Services } from '../services.ts';
import { lookAt } from '../pane/screen.ts';
import { outputOf } from '../tmux/pane-output.ts';
import { endProcess } from './end-process.ts';
import { policyOf } from './policy.ts';

export interface Hangs {
  /** As the last look found it. */
  isHung(agent: string): boolean;
  /** Looks where it is time to, and tells each client once for each silence. */
  look(): Promise<void>;
}

interface Shown {
  readonly trace: string;
  readonly sinceSteadyMs: number;
}

type Parts = Pick<Services, 'store' | 'processes' | 'clock' | 'log' | 'alerts' | 'about' | 'tmux'>;

/** Looks in the time of `hung-ms`, and the longest pause between two; milliseconds. */
const LOOKS = 10;
const LONGEST_PAUSE_MS = 60_000;

export function openHangs({ store, processes, clock, log, alerts, about, tmux }: Parts): Hangs {
  const { hungMs, hungAction } = about.config;
  /** Agent → its last event before the silence. */
  let told: ReadonlyMap<string, number> = new Map();
  /** Agent → what its pane shows, and since when at the latest; of those that have said nothing since the look before. */
  let shown: ReadonlyMap<string, Shown> = new Map();
  let nextSteadyMs = 0;

  /** When its pane was last written to, as far as anybody saw; null where that cannot be asked. */
  async function drawnMs(agent: string, pane: PanePlace, seen: Map<string, Shown>): Promise<number | null> {
    const before = shown.get(agent);
    if (before) seen.set(agent, before);
    const output = await outputOf(pane);
    if (!output) return null;
    if (output.isAlone) return output.windowMs;
    const steadyMs = clock.steadyMs();
    const now = before?.trace === output.trace ? before : { trace: output.trace, sinceSteadyMs: steadyMs };
    seen.set(agent, now);
    return Math.min(output.windowMs, clock.nowMs() - (steadyMs - now.sinceSteadyMs));
  }

  /** Null where its pane cannot be asked. */
  async function silentSince(
    { agent, lastEventMs, transcriptPath }: QuietSession,
    pane: PanePlace,
    seen: Map<string, Shown>,
  ): Promise<number | null> {
    const atMs = await drawnMs(agent, pane, seen);
    if (atMs === null) return null;
    const saidMs = transcriptPath === null ? 0 : await changedMs(transcriptPath);
    return Math.max(lastEventMs, atMs, saidMs);
  }

  async function tell({ agent, sessionId }: QuietSession, sinceMs: number): Promise<void> {
    const detail = `nothing since ${new Date(sinceMs).toISOString()}`;
    const ends = await store.reportHung({ agent, sessionId, detail }, policyOf(about.config));
    log.warn({ event: 'agent_hung', agent, sinceMs, ended: ends !== null }, 'agent hangs');
    alerts.alert('hung', { subject: agent, sinceMs, ended: ends !== null });
    if (ends) endProcess(processes, ends);
  }

  return {
    isHung: (agent) => told.has(agent),
    look: async () => {
      if (hungAction === 'off' || clock.steadyMs() < nextSteadyMs) return;
      const pauseMs = Math.min(hungMs / LOOKS, LONGEST_PAUSE_MS);
      nextSteadyMs = clock.steadyMs() + pauseMs;
      const beforeMs = clock.nowMs() - hungMs;
      const still = new Map<string, number>();
      const seen = new Map<string, Shown>();
      // What a pane shows is compared from the first silence on: it is known long enough when that has lasted.
      const quiet = await store.quietSessions(clock.nowMs() - pauseMs);
      const lookAtEach = async (sessions: readonly QuietSession[]): Promise<void> => {
        for (const session of sessions) {
          const { agent, lastEventMs, pane } = session;
          const isTold = told.get(agent) === lastEventMs;
          // Calls to one that does not answer take their whole time.
          const sinceMs = pane && tmux.answers(pane.socket) ? await silentSince(session, pane, seen) : null;
          if (sinceMs !== null && sinceMs >= beforeMs) continue;
          if (!isTold) {
            if (!pane || sinceMs === null || (await waitsForPerson(pane))) continue;
            await tell(session, sinceMs);
          }
          still.set(agent, lastEventMs);
        }
      };
      const servers = [...new Set(quiet.map(({ pane }) => pane?.socket))];
      await Promise.all(
        servers.map((server) => lookAtEach(quiet.filter(({ pane }) => pane?.socket === server))),
      );
      told = still;
      shown = seen;
    },
  };
}

/** 0 where there is no such file: a client writes its transcript late. */
async function changedMs(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => Math.floor(mtimeMs),
    () => 0,
  );
}

/** A box without a running turn, or a dialog. */
async function waitsForPerson(pane: PanePlace): Promise<boolean> {
  const screen = await lookAt(pane).catch(() => null);
  return screen?.shows === 'dialog' || (screen?.shows === 'composer' && !screen.isRunning);
}
