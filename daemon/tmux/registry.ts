/**
 * Keeps the registry true to tmux, on every server that a hook or a setting named: a sweep takes snapshots, the server's own events shorten the wait
 * for the next one, and the store learns where agents are now. Servers do not wait for each other.
 */
import { isAgentId } from '../../src/protocol/names.ts';
import type { PaneFacts, PanePlace } from '../../src/queue/registry.ts';
import { arrived } from '../routes/arrived.ts';
import type { Services } from '../services.ts';
import { attachControlClient } from './control-client.ts';
import { markPane } from './pane.ts';
import { openTmuxServer, type ServerState, type TmuxServer } from './server.ts';
import { nameOfPane, paneFacts, type Snapshot } from './snapshot.ts';

/** How long a hook of an unknown session waits for tmux; its client gives up after a second. Milliseconds. */
const HOOK_PATIENCE_MS = 400;

/** Events come in bursts: what comes this soon after the first one is seen by the same snapshot. Milliseconds. */
const BURST_MS = 100;

/** Least pause between two control clients of one server; milliseconds. */
const ATTACH_PAUSE_MS = 5_000;

export interface Pane {
  readonly facts: PaneFacts;
  readonly mark: string | null;
  /** What an agent in this pane is called where nobody named it. */
  readonly name: string;
}

/** `undecided`: the server does not answer, and nothing seen before tells who is there. */
export type Found = Pane | 'none' | 'undecided';

export interface TmuxRegistry extends AsyncDisposable {
  /** Who is in a pane that a hook names; from then on its server is kept in view. */
  find(socket: string, pane: string): Promise<Found>;
  /** Whether a pane was there when its server was last seen. */
  paneState(key: PanePlace): 'there' | 'gone' | 'unknown';
  /** Whether the server answered when it was asked last. */
  answers(socket: string): boolean;
  /** Every server that is looked at, as it was at the last look. */
  servers(): readonly { readonly socket: string; readonly state: ServerState; readonly panes: number }[];
  /** The newest snapshots of the servers that answer. */
  snapshots(): readonly Snapshot[];
}

type Parts = Pick<Services, 'store' | 'arrivals' | 'clock' | 'log'> & {
  readonly ringer: Pick<Services['ringer'], 'consider'>;
};

export interface TmuxSettings {
  /** Servers to keep in view besides those that hooks name: socket paths with a colon between them. */
  readonly tmuxSockets: string;
  readonly tmuxSweepMs: number;
  readonly tmuxEvents: 'on' | 'off';
}

interface Watched {
  readonly server: TmuxServer;
  events: Disposable | undefined;
  /** A client that ended at once would be started again and again. */
  attachAfterMs: number;
  burst: NodeJS.Timeout | undefined;
}

/** Begins with the servers of the settings and of the agents that are known. */
export async function openTmuxRegistry(parts: Parts, settings: TmuxSettings): Promise<TmuxRegistry> {
  const { store, clock, log } = parts;
  const watched = new Map<string, Watched>();
  const underWay = new Set<Promise<void>>();
  const named = new Set(settings.tmuxSockets.split(':').filter((socket) => socket !== ''));
  let ended = false;

  function watch(socket: string): Watched {
    const known = watched.get(socket);
    if (known) return known;
    const server = openTmuxServer(socket, {
      nowMs: () => clock.steadyMs(),
      onState: (state, error) => {
        if (state === 'wedged')
          log.warn({ event: 'tmux_wedged', tmuxSocket: socket, err: error }, 'tmux server does not answer');
        else log.info({ event: 'tmux_state', tmuxSocket: socket, state }, 'tmux server seen');
      },
    });
    const entry: Watched = { server, events: undefined, attachAfterMs: 0, burst: undefined };
    watched.set(socket, entry);
    return entry;
  }

  /** One at a time per server is enough: whoever comes meanwhile shares the snapshot that follows. */
  function reconcile(entry: Watched): void {
    const run = reconciled(entry).catch((error: unknown) => {
      if (entry.server.state !== 'wedged')
        log.error(
          { event: 'tmux_sweep_failed', tmuxSocket: entry.server.socket, err: error },
          'tmux sweep failed',
        );
    });
    underWay.add(run);
    void run.finally(() => underWay.delete(run));
  }

  async function reconciled(entry: Watched): Promise<void> {
    const { socket } = entry.server;
    const snapshot = await entry.server.look();
    if (ended) return;
    if (snapshot && !entry.events) listenTo(entry, snapshot);
    const panes = snapshot
      ? [...snapshot.panes.keys()].flatMap((pane) => paneFacts(snapshot, pane) ?? [])
      : [];
    const serverStart = snapshot?.serverStart ?? null;
    const { moved, adopted, residents, isLivedOn } = await store.relocate({ socket, serverStart, panes });
    if (moved.length > 0) {
      log.info({ event: 'agents_moved', tmuxSocket: socket, agents: moved }, 'agents moved');
      parts.arrivals.relook();
    }
    await arrived(parts, adopted);
    const unmarked = residents.filter(({ pane }) => snapshot?.panes.get(pane)?.mark === null);
    for (const { agent, pane } of unmarked) await markPane({ socket, pane }, agent);
    if (!snapshot && !isLivedOn && !named.has(socket)) drop(entry);
  }

  /** A server that is gone, and that nobody would miss, is looked at again when a hook names it. */
  function drop(entry: Watched): void {
    const { socket, state } = entry.server;
    // It may have come back meanwhile.
    if (state !== 'gone' || entry.events || watched.get(socket) !== entry) return;
    clearTimeout(entry.burst);
    watched.delete(socket);
    log.info(
      { event: 'tmux_state', tmuxSocket: socket, state: 'dropped' },
      'tmux server not looked at any more',
    );
  }

  function listenTo(entry: Watched, { socket, watchable }: Snapshot): void {
    if (settings.tmuxEvents === 'off' || watchable === null || clock.steadyMs() < entry.attachAfterMs) return;
    entry.attachAfterMs = clock.steadyMs() + ATTACH_PAUSE_MS;
    entry.events = attachControlClient(socket, watchable, {
      onChange: () => {
        entry.burst ??= setTimeout(() => {
          entry.burst = undefined;
          reconcile(entry);
        }, BURST_MS);
      },
      onEnd: () => {
        entry.events = undefined;
        if (!ended) reconcile(entry);
      },
    });
  }

  for (const socket of [...named, ...(await store.agents()).flatMap(({ tmuxSocket }) => tmuxSocket ?? [])])
    watch(socket);
  const sweep = (): void => {
    for (const entry of watched.values()) reconcile(entry);
  };
  sweep();
  const timer = setInterval(sweep, settings.tmuxSweepMs);

  return {
    find: async (socket, pane) => {
      const isNew = !watched.has(socket);
      const entry = watch(socket);
      const { server } = entry;
      const snapshot = await within(HOOK_PATIENCE_MS, server.look()).catch(() => 'undecided' as const);
      if (snapshot === null) return 'none';
      if (snapshot !== 'undecided') {
        if (isNew) reconcile(entry);
        return paneIn(snapshot, pane) ?? 'none';
      }
      return (server.last && paneIn(server.last, pane)) ?? 'undecided';
    },
    paneState: ({ socket, serverStart, pane }) => {
      const server = watched.get(socket)?.server;
      // One that is not looked at any more was gone.
      if (!server || server.state === 'gone') return 'gone';
      if (!server.last) return 'unknown';
      return server.last.serverStart === serverStart && server.last.panes.has(pane) ? 'there' : 'gone';
    },
    answers: (socket) => watched.get(socket)?.server.state === 'answers',
    servers: () =>
      [...watched.values()].map(({ server: { socket, state, last } }) => ({
        socket,
        state,
        panes: last?.panes.size ?? 0,
      })),
    snapshots: () => [...watched.values()].flatMap(({ server }) => server.last ?? []),
    [Symbol.asyncDispose]: async () => {
      ended = true;
      clearInterval(timer);
      for (const { events, burst } of watched.values()) {
        clearTimeout(burst);
        events?.[Symbol.dispose]();
      }
      await Promise.all(underWay);
    },
  };
}

function paneIn(snapshot: Snapshot, pane: string): Pane | null {
  const [facts, sight] = [paneFacts(snapshot, pane), snapshot.panes.get(pane)];
  if (!facts || !sight) return null;
  return {
    facts: { ...facts, livingPanes: [...snapshot.panes.keys()] },
    mark: sight.mark !== null && isAgentId(sight.mark) ? sight.mark : null,
    name: nameOfPane(sight),
  };
}

/** Rejects where it takes longer; what it waited for goes on. */
async function within<T>(limitMs: number, wanted: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([wanted, late]);
  } finally {
    clearTimeout(timer);
  }
}
