/** Looks at the processes of agents: one that is gone is told to the policy with its cause, once. */
import { causeOfLoss } from '../../src/agents/restart-cause.ts';
import type { OpenRestart, WatchedAgent } from '../../src/queue/restart-store.ts';
import type { PanePlace } from '../../src/queue/registry.ts';
import type { Look } from '../liveness.ts';
import type { Services } from '../services.ts';
import { closeDeadPane, paneNow, type PaneNow } from '../tmux/launch.ts';
import { endProcess } from './end-process.ts';
import { tellHeld } from './held.ts';
import { policyOf } from './policy.ts';

type Parts = Pick<Services, 'store' | 'processes' | 'tmux' | 'log' | 'random' | 'about' | 'alerts'>;

/** Whose process is gone. Who was told to end and lives is told again: the daemon that told it may be gone, or it was being started just then. */
export async function findLosses({ store, processes }: Parts, lives: Look): Promise<WatchedAgent[]> {
  const watched = await store.watchedAgents();
  for (const { process, stopping, hung } of watched)
    if ((stopping || hung) && lives(process)) endProcess(processes, process);
  return watched.filter(({ process }) => !lives(process));
}

/** A tmux server that does not answer leaves its agents for the next look. */
export async function tellLosses(parts: Parts, gone: readonly WatchedAgent[]): Promise<void> {
  if (gone.length === 0) return;
  const open = await parts.store.openRestarts();
  for (const each of gone) await tell(parts, each, open);
}

async function tell(parts: Parts, watched: WatchedAgent, open: readonly OpenRestart[]): Promise<void> {
  const { store, log, processes, random, about } = parts;
  const { agent, process, stopping, hung, ownsPane } = watched;
  const remains = await store.remainsOf(agent);
  if (!remains) return;
  const { farewell, hasSpoken, pane } = remains;
  const restart = open.find(
    (each) =>
      each.outcome === 'starting' &&
      each.process?.pid === process.pid &&
      each.process.start === process.start,
  );
  // Its first hook may have come while what it brings was being written.
  if (restart && hasSpoken) await store.endRestart(restart.id, 'restarted', null);
  else if (restart && !restart.fresh && !stopping && (await store.startRecord(agent))?.sessionId) {
    log.warn({ event: 'restart_without_session', agent }, 'agent did not come up with its session');
    await store.startFresh(restart.id);
    return;
  }
  const place = await placeOf(parts, restart?.placed ?? pane);
  if (place === 'undecided') return;
  const exit = place.now?.isDead ? place.now.exit : null;
  const cause = causeOfLoss({
    wasStopped: stopping,
    wasHung: hung,
    otherBoot: process.start.split(':')[0] !== processes.bootId,
    farewell,
    server: place.server,
    pane: place.now ? 'there' : 'gone',
    ownedPane: ownsPane,
    exit,
  });
  const policy = policyOf(about.config);
  const report = { agent, cause, detail: detailOf(exit), isAlive: false, lost: process };
  const decision = await store.reportRestart(report, policy, random());
  if (!decision) return;
  const { verdict } = decision;
  if (verdict.kind === 'hold') tellHeld(parts, { agent, cause, reason: verdict.reason });
  log.info({ event: 'restart_decided', agent, cause, verdict: verdict.kind }, 'restart decided');
  if (verdict.kind === 'nothing' && place.now?.isDead && place.now.isOurs)
    await closeDeadPane(place.now).catch(() => undefined);
}

async function placeOf(
  { tmux }: Parts,
  pane: PanePlace | null,
): Promise<{ server: 'there' | 'gone'; now: PaneNow | null } | 'undecided'> {
  if (!pane) return { server: 'there', now: null };
  const found = await tmux.find(pane.socket, pane.pane);
  if (found === 'undecided') return found;
  const isServer = tmux
    .snapshots()
    .some(({ socket, serverStart }) => socket === pane.socket && serverStart === pane.serverStart);
  if (!isServer) return { server: 'gone', now: null };
  // What is found where the server does not answer is what was seen last.
  if (!tmux.answers(pane.socket)) return 'undecided';
  const now = await paneNow(pane.socket, pane.pane).catch(() => 'undecided' as const);
  return now === 'undecided' ? now : { server: 'there', now };
}

function detailOf(exit: PaneNow['exit'] | null): string | null {
  if (exit === null) return null;
  if (exit.signal !== null) return `signal ${exit.signal}`;
  return exit.status === null ? null : `exit status ${exit.status}`;
}
