import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createClient, type Client } from '../../../client/index.ts';
import { openDaemonClock, type DaemonClock } from '../../support/daemon-clock.ts';
import { startDaemon } from '../../support/daemon.ts';
import { testFolder } from '../../support/folder.ts';
import { openHookCaller, type HookCaller } from '../hooks/hook-caller.ts';

const NAMES = ['one', 'two', 'three', 'four'] as const;
const STAGGER_MS = 600;

interface Stage {
  readonly client: Client;
  readonly clock: DaemonClock;
  readonly hooks: readonly HookCaller[];
  /** Fails a turn of each, then sends each a message. */
  readonly failAll: (error: string) => Promise<void>;
  /** When the waiter of each was rung; milliseconds of one clock, ascending. */
  readonly rungMs: (hooks: readonly HookCaller[]) => Promise<number[]>;
  /** What `agents` says of them, each once. */
  readonly said: (what: 'conditions' | 'waiting') => Promise<string[]>;
}

/** 0 for one that is never rung, because its agent was prompted by hand: its end is that of the daemon. */
async function rungAt(hooks: HookCaller): Promise<number> {
  try {
    await hooks.wait();
    return performance.now();
  } catch {
    return 0;
  }
}

async function onStage(play: (stage: Stage) => Promise<void>): Promise<void> {
  await using folder = testFolder();
  const clock = openDaemonClock(folder.path);
  const settings = { ORQ_START_STAGGER_MS: String(STAGGER_MS), ORQ_SILENT_MS: '1', ORQ_SWEEP_MS: '100' };
  const env = { ...settings, ...clock.env };
  await using daemon = await startDaemon({ folder: folder.path, env });
  await using client = createClient({ socket: daemon.socket });
  const hooks = NAMES.map((name) => openHookCaller(daemon.socket, { session: name, agent: name }));
  const parked = new Map<HookCaller, Promise<number>>();
  await play({
    client,
    clock,
    hooks,
    failAll: async (error) => {
      for (const each of hooks) {
        await each.say('SessionStart', { source: 'startup' });
        await each.say('UserPromptSubmit', { prompt_id: 'p', prompt: 'x' });
        await each.say('StopFailure', { prompt_id: 'p', error });
        parked.set(each, rungAt(each));
      }
      for (const name of NAMES) await client.enqueue({ agent: name, text: 'news' });
    },
    rungMs: async (chosen) => {
      const all = await Promise.all(chosen.map((each) => parked.get(each) ?? Promise.resolve(0)));
      return all.toSorted((a, b) => a - b);
    },
    said: async (what) => {
      const { agents } = await client.agents({});
      const words = agents.flatMap(({ conditions, waiting }) =>
        what === 'conditions' ? (conditions ?? []) : (waiting?.reason ?? []),
      );
      return [...new Set(words)];
    },
  });
}

function assertStaggered(timesMs: readonly number[]): void {
  for (const [index, atMs] of timesMs.entries()) {
    const before = timesMs[index - 1];
    if (before !== undefined) assert.ok(atMs - before > STAGGER_MS * 0.7, timesMs.join(' '));
  }
}

describe('trouble that many agents have in common', { timeout: 60_000 }, () => {
  it('holds all of them with their mail, until a turn of one succeeds: then the others go one after the other', async () => {
    await onStage(async ({ client, hooks, failAll, rungMs, said }) => {
      await failAll('authentication_failed');
      assert.deepEqual(await said('conditions'), ['held: authentication']);
      assert.deepEqual(await said('waiting'), ['session failed: authentication']);
      const [first, ...others] = hooks;
      await first?.say('UserPromptSubmit', { prompt_id: 'q', prompt: 'x' });
      await first?.say('Stop', { prompt_id: 'q' });
      assertStaggered(await rungMs(others));
      assert.deepEqual(await said('conditions'), []);
      const outcomes = (await client.restarts({})).restarts.map(({ outcome }) => outcome);
      assert.deepEqual(
        outcomes,
        NAMES.map(() => 'released'),
      );
    });
  });

  it('lets go of all also where somebody sets the clock back meanwhile', async () => {
    await onStage(async ({ client, clock, failAll, rungMs, hooks, said }) => {
      await failAll('rate_limit');
      await client.agentResume({ all: true });
      await Promise.race(hooks.map((each) => rungMs([each])));
      clock.step(-3_600_000);
      await rungMs(hooks);
      assert.deepEqual(await said('conditions'), []);
    });
  });

  it('is one hold with one end where a service refuses, and a person who lets all go lets them go one after the other', async () => {
    await onStage(async ({ client, hooks, failAll, rungMs, said }) => {
      await failAll('rate_limit');
      assert.deepEqual(await said('conditions'), ['held: rate_limit']);
      const { agents } = await client.agents({});
      const { restarts } = await client.restarts({});
      const [end, ...more] = new Set(restarts.map(({ untilMs }) => untilMs));
      assert.deepEqual(more, []);
      assert.deepEqual(new Set(agents.map(({ waiting }) => waiting?.nextTryMs)), new Set([end]));
      const resumed = await client.agentResume({ all: true });
      assert.deepEqual(new Set(resumed.agents.map(({ changed }) => changed)), new Set([true]));
      assertStaggered(await rungMs(hooks));
    });
  });
});
