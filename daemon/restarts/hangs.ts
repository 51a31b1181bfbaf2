/**
 * Looks for clients that hang: inside a turn, and for long neither a hook nor anything new in the window nor in the transcript. A client at work draws
 * in its window all the time, also while a tool runs for hours; one whose turn a person interrupted, of which no hook tells, shows a box at rest. Of one
 * without a window nobody can tell either.
 */
import { stat } from 'node:fs/promises';
import type { PanePlace } from '../../src/queue/registry.ts';
import type { QuietSession } from '../../src/queue/restart-store.ts';
import type { Services } from '../services.ts';
import { lookAt } from '../pane/screen.ts';
import { lastOutputMs } from '../tmux/last-output.ts';
import { endProcess } from './end-process.ts';
import { policyOf } from './policy.ts';

export interface Hangs {
  /** As the last look found it. */
  isHung(agent: string): boolean;
  /** Looks where it is time to, and tells each client once for each silence. */
  look(): Promise<void>;
}

type Parts = Pick<Services, 'store' | 'processes' | 'clock' | 'log' | 'alerts' | 'about' | 'tmux'>;

/** Looks in the time of `hung-ms`, and the longest pause between two; milliseconds. */
const LOOKS = 10;
const LONGEST_PAUSE_MS = 60_000;

export function openHangs({ store, processes, clock, log, alerts, about, tmux }: Parts): Hangs {
  const { hungMs, hungAction } = about.config;
  /** Agent → its last event before the silence. */
  let told: ReadonlyMap<string, number> = new Map();
  let nextSteadyMs = 0;

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
      nextSteadyMs = clock.steadyMs() + Math.min(hungMs / LOOKS, LONGEST_PAUSE_MS);
      const beforeMs = clock.nowMs() - hungMs;
      const still = new Map<string, number>();
      for (const session of await store.quietSessions(beforeMs)) {
        const { agent, lastEventMs, pane } = session;
        const isTold = told.get(agent) === lastEventMs;
        // One that does not answer would be waited for by all.
        const sinceMs = pane && tmux.answers(pane.socket) ? await silentSince(session, pane) : null;
        if (sinceMs !== null && sinceMs >= beforeMs) continue;
        if (!isTold) {
          if (!pane || sinceMs === null || (await waitsForPerson(pane))) continue;
          await tell(session, sinceMs);
        }
        still.set(agent, lastEventMs);
      }
      told = still;
    },
  };
}

/** Null where its window cannot be asked. */
async function silentSince(
  { lastEventMs, transcriptPath }: QuietSession,
  pane: PanePlace,
): Promise<number | null> {
  const drawnMs = await lastOutputMs(pane);
  if (drawnMs === null) return null;
  const saidMs = transcriptPath === null ? 0 : await changedMs(transcriptPath);
  return Math.max(lastEventMs, drawnMs, saidMs);
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
