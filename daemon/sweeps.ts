/** What only time brings: scheduled mail, leases and lives that are over, sessions that have to be rung again. */
import { arrived } from './routes/arrived.ts';
import type { Config } from './config.ts';
import type { Services } from './services.ts';

type Parts = Pick<
  Services,
  | 'spool'
  | 'push'
  | 'store'
  | 'processes'
  | 'references'
  | 'arrivals'
  | 'ringer'
  | 'waiters'
  | 'log'
  | 'restarts'
>;

export interface Sweeps extends AsyncDisposable {
  /** The pause is another now: begins it anew. */
  rearm(): void;
}

/** Who a pid is now is looked at in every so many sweeps, a part of the sessions in each; whether it is there at all in every one. */
const WHOLE_LOOK_EVERY = 10;

const DAY_MS = 24 * 3_600_000;

/** Sweeps with pauses of `sweepMs`, whatever that is then, until the scope ends; one sweep at a time. */
export function startSweeps(parts: Parts, config: Pick<Config, 'sweepMs' | 'retentionDays'>): Sweeps {
  let running: Promise<void> = Promise.resolve();
  let ended = false;
  let round = 0;
  let timer: NodeJS.Timeout | undefined;
  const next = (): void => {
    timer = setTimeout(() => {
      timer = undefined;
      round = (round + 1) % WHOLE_LOOK_EVERY;
      running = sweep(parts, config.retentionDays * DAY_MS, round)
        .catch((error: unknown) => parts.log.error({ event: 'sweep_failed', err: error }, 'sweep failed'))
        .finally(() => {
          if (!ended) next();
        });
    }, config.sweepMs);
  };
  next();
  return {
    rearm: () => {
      if (timer === undefined || ended) return;
      clearTimeout(timer);
      next();
    },
    [Symbol.asyncDispose]: async () => {
      ended = true;
      clearTimeout(timer);
      await running;
    },
  };
}

async function sweep(parts: Parts, retentionMs: number, round: number): Promise<void> {
  const { store } = parts;
  const returned = await endDeadLives(parts, round);
  parts.restarts.sweep();
  const ready = await store.promote();
  const ticked = await store.scheduleFire();
  await arrived(parts, [...returned, ...ready, ...ticked]);
  await parts.references.sweep();
  for (const agent of await store.agentsWithMail()) await parts.ringer.consider(agent);
  for (const agent of await store.pushAgents()) await parts.push.consider(agent);
  await store.upkeep(retentionMs);
  await parts.spool.takeIn();
}

/** SessionEnd is a hint: a killed client says nothing. Replies with the agents that got messages back. */
async function endDeadLives({ store, processes, waiters, log }: Parts, round: number): Promise<string[]> {
  const returned: string[] = [];
  for (const session of await store.livingSessions()) {
    if (!session.process) continue;
    const isWhole = session.key % WHOLE_LOOK_EVERY === round;
    const lives = isWhole ? processes.isAlive(session.process) : processes.hasPid(session.process.pid);
    if (lives) continue;
    returned.push(...(await store.endSession(session.key, 'process gone', 'session_died')));
    waiters.dismiss(session);
    log.info(
      { event: 'session_lost', agent: session.agent, standing: session.standing, pid: session.process.pid },
      'session lost: its process is gone',
    );
  }
  return returned;
}
