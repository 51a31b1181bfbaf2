/** GET /v1/agents */
import { uniqueId } from '../../src/agents/identity.ts';
import type { Agent, ReplyOf } from '../../src/protocol/schemas.ts';
import type { AgentRow } from '../../src/queue/registry.ts';
import { waitingOfAgent } from '../../src/agents/why.ts';
import type { OpenRestart } from '../../src/queue/restart-store.ts';
import type { Services } from '../services.ts';
import { unhookedIn, type Unhooked } from '../tmux/unhooked.ts';
import { conditionsOf, placeOf, remedyFor, stateOf } from './agent-state.ts';
import { reachabilityOf } from './waiting.ts';

export type AgentParts = Pick<
  Services,
  'store' | 'waiters' | 'ringer' | 'obstacles' | 'clock' | 'tmux' | 'restarts'
>;

export async function agents(parts: AgentParts): Promise<ReplyOf<'agents'>> {
  const { store, tmux } = parts;
  const rows = await store.agents();
  const hooked = new Set((await store.livingSessions()).map(({ process }) => process?.pid));
  const unhooked = tmux.snapshots().flatMap((snapshot) => unhookedIn(snapshot, (pid) => hooked.has(pid)));
  const restarts = new Map((await store.openRestarts()).map((each) => [each.agent, each]));
  const known = await Promise.all(
    rows.map((row) => agentFrom(parts, row, restarts.get(row.id), residentOf(row, unhooked))),
  );
  const taken = new Set(rows.map(({ id }) => id));
  const strangers = unhooked.filter((each) => !rows.some((row) => isIn(row, each)));
  const others = strangers.map((each) => {
    const id = uniqueId(each.name, (name) => taken.has(name));
    taken.add(id);
    return stranger(id, each);
  });
  return { agents: [...known, ...others] };
}

function isIn(row: AgentRow, { socket, serverStart, pane }: Unhooked): boolean {
  const key = placeOf(row);
  return key?.socket === socket && key.serverStart === serverStart && key.pane === pane;
}

function residentOf(row: AgentRow, unhooked: readonly Unhooked[]): Unhooked | undefined {
  return row.session === null ? unhooked.find((each) => isIn(row, each)) : undefined;
}

/** A row of the registry as the contract shows it. */
export async function agentFrom(
  parts: AgentParts,
  row: AgentRow,
  restart?: OpenRestart,
  resident?: Unhooked,
): Promise<Agent> {
  const { waiters, clock, tmux } = parts;
  const { id, project, mode, tmuxSocket, pane, addresses, folder, session, guests, counts, open, restarts } =
    row;
  const { oldestReadyMs, lastSeenMs } = row;
  const state = resident ? NO_HOOKS : stateOf(row, clock.nowMs());
  const conditions = conditionsOf(row, tmux, restart, parts.restarts.isHung(id));
  return {
    id,
    project,
    state,
    conditions,
    ...remedyFor([state, ...conditions]),
    mode,
    session: session?.sessionId ?? null,
    pid: session?.process?.pid ?? resident?.pid ?? null,
    clientVersion: session?.clientVersion ?? null,
    tmux: tmuxSocket,
    pane,
    addresses: [...addresses],
    folder,
    waiter: session !== null && waiters.isParked(session),
    guests,
    restarts,
    ready: counts.ready,
    leased: counts.leased,
    open,
    lastEvent: session?.lastEvent ?? null,
    lastSeenMs,
    waiting: waitingOfAgent(await reachabilityOf(parts, id), counts.ready > 0 ? oldestReadyMs : null),
  };
}

const NO_HOOKS = 'no hooks';

/** Somebody who becomes an agent with the first hook; until then mail waits under the name. */
function stranger(id: string, { project, pid, socket, pane }: Unhooked): Agent {
  return {
    id,
    project,
    state: NO_HOOKS,
    conditions: [],
    ...remedyFor([NO_HOOKS]),
    mode: 'pull',
    session: null,
    pid,
    clientVersion: null,
    tmux: socket,
    pane,
    addresses: [],
    folder: null,
    waiter: false,
    guests: 0,
    restarts: 0,
    ready: 0,
    leased: 0,
    open: 0,
    lastEvent: null,
    lastSeenMs: null,
    waiting: null,
  };
}
