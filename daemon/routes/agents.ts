/** GET /v1/agents */
import type { Agent, ReplyOf } from '../../src/protocol/schemas.ts';
import type { AgentRow } from '../../src/queue/store.ts';
import type { Services } from '../services.ts';

/** What a session says of itself is not believed for ever; milliseconds. */
const DECAY_MS = 12 * 3_600_000;

type Parts = Pick<Services, 'store' | 'waiters' | 'ringer' | 'clock' | 'tmux'>;

export async function agents(parts: Parts): Promise<ReplyOf<'agents'>> {
  const rows = await parts.store.agents();
  return { agents: await Promise.all(rows.map((row) => shown(parts, row))) };
}

async function shown({ waiters, ringer, clock, tmux }: Parts, row: AgentRow): Promise<Agent> {
  const {
    id,
    project,
    mode,
    tmuxSocket,
    pane,
    addresses,
    session,
    guests,
    counts,
    open,
    oldestReadyMs,
    lastSeenMs,
  } = row;
  const verdict = counts.ready > 0 ? await ringer.verdict(id) : undefined;
  return {
    id,
    project,
    state: stateOf(session, clock.nowMs()),
    conditions: conditionsOf(row, tmux),
    mode,
    session: session?.sessionId ?? null,
    pid: session?.process?.pid ?? null,
    clientVersion: session?.clientVersion ?? null,
    tmux: tmuxSocket,
    pane,
    addresses: [...addresses],
    waiter: session !== null && waiters.isParked(session),
    guests,
    ready: counts.ready,
    leased: counts.leased,
    open,
    lastEvent: session?.lastEvent ?? null,
    lastSeenMs,
    waiting:
      verdict && oldestReadyMs !== null
        ? {
            reason: verdict.ring ? 'being woken' : verdict.reason,
            sinceMs: oldestReadyMs,
            nextTryMs: verdict.ring ? null : verdict.nextTryMs,
          }
        : null,
  };
}

function conditionsOf(
  { session, tmuxSocket, tmuxServerStart, pane }: AgentRow,
  tmux: Parts['tmux'],
): string[] {
  if (session !== null || tmuxSocket === null || tmuxServerStart === null || pane === null) return [];
  const state = tmux.paneState({ socket: tmuxSocket, serverStart: tmuxServerStart, pane });
  return state === 'gone' ? ['pane gone'] : [];
}

function stateOf(session: AgentRow['session'], nowMs: number): string {
  if (!session) return 'offline';
  return nowMs - session.lastEventMs > DECAY_MS ? 'unknown' : session.state;
}
