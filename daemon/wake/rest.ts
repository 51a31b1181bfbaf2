/** Ends a state that no hook ends: a dialog or a compaction that was left by Escape. Slowly, and by looking at the pane. */
import type { Waiting } from '../../src/queue/rest.ts';
import type { Config } from '../config.ts';
import type { PaneKey } from '../pane/arbiter.ts';
import type { Services } from '../services.ts';

export interface RestLook extends AsyncDisposable {
  /** Looks at the panes that are due, unless that is under way. Nobody waits for it: a tmux server may take its time. */
  sweep(): void;
}

type Parts = Pick<Services, 'store' | 'clock' | 'log'> & {
  readonly ringer: Pick<Services['ringer'], 'consider'>;
  /** Whether the pane shows an empty turn: an input box, and nothing that runs or asks. */
  readonly isAtRest: (pane: PaneKey, process: Waiting['process']) => Promise<boolean>;
  /** Read at each look. */
  readonly config: Pick<Config, 'silentMs'>;
};

/** Nobody is looked for more often; milliseconds. */
const LOOK_EVERY_MS = 10_000;

export function openRestLook({ store, clock, log, ringer, isAtRest, config }: Parts): RestLook {
  const lookedAtMs = new Map<number, number>();
  let nextSteadyMs = 0;
  let underWay: Promise<void> | undefined;

  async function look(startMs: number): Promise<void> {
    const waiting = await store.waitingSince(clock.nowMs() - config.silentMs);
    const keys = new Set(waiting.map(({ key }) => key));
    for (const key of lookedAtMs.keys()) if (!keys.has(key)) lookedAtMs.delete(key);
    for (const session of waiting) {
      const { key, agent, place, process } = session;
      if (startMs - (lookedAtMs.get(key) ?? -Infinity) < config.silentMs) continue;
      lookedAtMs.set(key, startMs);
      if (!(await isAtRest(place, process)) || !(await store.foundAtRest(session))) continue;
      log.info({ event: 'agent_at_rest', agent }, 'agent idle: its pane shows no dialog and no turn');
      await ringer.consider(agent);
    }
  }
  return {
    sweep: () => {
      const startMs = clock.steadyMs();
      if (underWay || startMs < nextSteadyMs) return;
      nextSteadyMs = startMs + Math.min(LOOK_EVERY_MS, config.silentMs);
      underWay = look(startMs)
        .catch((error: unknown) => log.error({ event: 'sweep_failed', err: error }, 'sweep failed'))
        .finally(() => (underWay = undefined));
    },
    [Symbol.asyncDispose]: async () => underWay,
  };
}
