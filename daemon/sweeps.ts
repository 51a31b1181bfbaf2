/** What only time brings: scheduled mail, leases and lives that are over, sessions that have to be rung again. */
import type { DeadLetterWatch } from './alerts/dead-letters.ts';
import { arrived } from './routes/arrived.ts';
import type { Config } from './config.ts';
import { lookOf, type Look } from './liveness.ts';
import type { Services } from './services.ts';

type Parts = Pick<Services, 'store' | 'arrivals' | 'waiters' | 'log'> & {
  readonly processes: Pick<Services['processes'], 'isAlive' | 'hasPid'>;
  readonly deadLetters: DeadLetterWatch;
  readonly owed: Pick<Services['owed'], 'catchUp'>;
  readonly references: Pick<Services['references'], 'sweep'>;
  readonly restarts: Pick<Services['restarts'], 'sweep'>;
  readonly undecided: Pick<Services['undecided'], 'look'>;
  readonly rest: Pick<Services['rest'], 'sweep'>;
  readonly ringer: Pick<Services['ringer'], 'consider'>;
  readonly push: Pick<Services['push'], 'consider'>;
  readonly spool: Pick<Services['spool'], 'takeIn'>;
};

export interface Sweeps extends AsyncDisposable {
  /** The pause is another now: begins it anew. */
  rearm(): void;
}

/** Sweeps with pauses of `sweepMs`, whatever that is then, until the scope ends; one sweep at a time. */
export function startSweeps(parts: Parts, config: Pick<Config, 'sweepMs'>): Sweeps {
  let running: Promise<void> = Promise.resolve();
  let ended = false;
  let round = 0;
  let timer: NodeJS.Timeout | undefined;
  const next = (): void => {
    timer = setTimeout(() => {
      timer = undefined;
      round += 1;
      running = sweep(parts, lookOf(parts.processes, round))
        .then(() => parts.deadLetters.look())
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

async function sweep(parts: Parts, lives: Look): Promise<void> {
  const { store } = parts;
  await parts.owed.catchUp();
  const returned = await endDeadLives(parts, lives);
  parts.restarts.sweep(lives);
  const ready = await store.promote();
  const ticked = await store.scheduleFire();
  await arrived(parts, [...returned, ...ready, ...ticked]);
  await parts.references.sweep();
  await parts.undecided.look();
  for (const agent of await store.agentsWithMail()) await considered(parts, parts.ringer, agent);
  for (const agent of await store.pushAgents()) await considered(parts, parts.push, agent);
  parts.rest.sweep();
  await store.upkeep();
  await parts.spool.takeIn();
}

/** What goes wrong at one agent keeps the sweep from no other. */
async function considered(
  { log }: Parts,
  by: { consider(agent: string): Promise<void> },
  agent: string,
): Promise<void> {
  try {
    await by.consider(agent);
  } catch (error) {
    log.error({ event: 'ring_failed', agent, err: error }, 'ring failed');
  }
}

/** SessionEnd is a hint: a killed client says nothing. Replies with the agents that got messages back. */
async function endDeadLives({ store, waiters, log }: Parts, lives: Look): Promise<string[]> {
  const returned: string[] = [];
  const gone = new Set(
    (await store.livingProcesses()).filter(({ process }) => !lives(process)).map(({ key }) => key),
  );
  if (gone.size === 0) return returned;
  for (const session of await store.livingSessions()) {
    if (!gone.has(session.key)) continue;
    returned.push(...(await store.endSession(session.key, 'process gone', 'session_died')));
    waiters.dismiss(session);
    log.info(
      { event: 'session_lost', agent: session.agent, standing: session.standing, pid: session.process?.pid },
      'session lost: its process is gone',
    );
  }
  return returned;
}
