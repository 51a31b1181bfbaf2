import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, beforeEach, describe, it } from 'node:test';
import { createClient, type Client } from '../../client/index.ts';
import { SETTING_NAMES, SETTINGS, type SettingName } from '../../daemon/config.ts';
import type { Setting } from '../../daemon/setting.ts';
import type { WorkName } from '../../src/protocol/maintenance.ts';
import { isInFile, settingsPath } from '../../daemon/settings-file.ts';
import { startDaemon, type RunningDaemon } from '../support/daemon.ts';
import { openDaemonClock, type DaemonClock } from '../support/daemon-clock.ts';
import { testFolder } from '../support/folder.ts';
import { suiteDaemon } from '../support/suite-daemon.ts';
import { until } from '../support/until.ts';
import { openHookCaller } from './hooks/hook-caller.ts';

interface Stage {
  readonly daemon: RunningDaemon;
  readonly client: Client;
}

/** Replaces the file as editors do, and waits until the daemon says that it has read it. */
async function say(daemon: RunningDaemon, text: string, told = /"event":"setting_changed"/): Promise<void> {
  const before = daemon.log().length;
  const path = settingsPath(daemon.stateDir);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
  await daemon.logged((log) => told.test(log.slice(before)));
}

async function onStage(env: Record<string, string>, play: (stage: Stage) => Promise<void>): Promise<void> {
  using folder = testFolder();
  await using daemon = await startDaemon({ folder: folder.path, env });
  await using client = createClient({ socket: daemon.socket });
  await play({ daemon, client });
}

/** What one test has of the daemon that all share: its own agent, and the log from its beginning. */
interface Turn extends Stage {
  readonly agent: string;
  readonly clock: DaemonClock;
  /** The file says this, and a quick sweep where it does not say another. */
  readonly set: (settings: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly log: () => string;
  readonly logged: (enough: (log: string) => boolean) => Promise<string>;
}

const QUICK = { sweepMs: 50 };

/** For each setting that takes effect at once: that it does. In this order, on one daemon: what moves the clock or works by it comes last. */
const EFFECTS: Readonly<Partial<Record<SettingName, (turn: Turn) => Promise<void>>>> = {
  'log-level': async ({ client, agent, set, log, logged }) => {
    await client.enqueue({ agent, text: 'x' });
    await set({ logLevel: 'debug' });
    assert.doesNotMatch(log(), /message_enqueued/);
    await client.enqueue({ agent, text: 'y' });
    await logged((each) => each.includes('message_enqueued'));
  },

  'silent-ms': async ({ daemon, client, agent, set }) => {
    const hooks = openHookCaller(daemon.socket, { session: agent, agent });
    await hooks.say('SessionStart', { source: 'startup' });
    await hooks.say('UserPromptSubmit', { prompt_id: 'p', prompt: 'x' });
    const rung = hooks.wait();
    await client.enqueue({ agent, text: 'x' });
    await set({ silentMs: 1 });
    assert.equal((await rung).exit, '2');
  },

  'sweep-ms': async ({ client, agent, set }) => {
    await set({ sweepMs: 3_600_000 });
    const { id } = await client.enqueue({ agent, text: 'x', delayMs: 1 });
    await set({});
    await until(async () => ((await client.show({ id })).state === 'ready' ? true : undefined));
  },

  'coalesce-ms': async ({ daemon, client, agent, set, logged }) => {
    await set({ coalesceMs: 500_000 });
    const hooks = openHookCaller(daemon.socket, { session: agent, agent });
    await hooks.say('SessionStart', { source: 'startup' });
    // These come too late to be handed anything: after a proof the next ring would not wait for the window.
    const late = { 'orq-deadline-ms': '1' };
    for (const turn of ['p', 'q']) {
      const rung = hooks.wait();
      await waiterOf(client, agent);
      if (turn === 'p') await client.enqueue({ agent, text: 'x' });
      else await set({ coalesceMs: 0 });
      assert.equal((await rung).exit, '2');
      await hooks.say('UserPromptSubmit', { prompt_id: turn, prompt: 'x' }, late);
      await hooks.say('Stop', { prompt_id: turn }, late);
    }
    await logged((log) => /setting_changed.*agent_rung.*setting_changed.*agent_rung/s.test(log));
  },

  rungs: async ({ daemon, client, agent, set, logged }) => {
    await set({ rungs: ['tmux'] });
    const hooks = openHookCaller(daemon.socket, { session: agent, agent });
    await hooks.say('SessionStart', { source: 'startup' });
    const rung = hooks.wait();
    await waiterOf(client, agent);
    await client.enqueue({ agent, text: 'x' });
    await set({ rungs: ['waiter', 'tmux'] });
    assert.equal((await rung).exit, '2');
    const log = await logged((each) => each.includes('agent_rung'));
    assert.match(log, /setting_changed.*setting_changed.*agent_rung/s);
  },

  'visibility-ms': async ({ client, agent, set, clock }) => {
    await client.enqueue({ agent, text: 'x' });
    await set({ visibilityMs: 5_000 });
    const { messages } = await client.dequeue({ agent });
    const [message] = messages;
    const restMs = (message?.leaseUntilMs ?? 0) - clock.nowMs();
    assert.ok(restMs > 0 && restMs <= 5_000, String(restMs));
    const { leaseUntilMs } = await client.extend({ id: message?.id ?? 0 });
    assert.ok(leaseUntilMs - clock.nowMs() <= 5_000);
  },

  'pair-rate': (turn) => capped(turn, 'pairRate'),
  'agent-rate': (turn) => capped(turn, 'agentRate'),

  'max-hops': async ({ daemon, client, set }) => {
    await set({ maxHops: 1 });
    const states: string[] = [];
    for (const [from, agent] of [
      ['z', 'a'],
      ['a', 'b'],
      ['b', 'c'],
    ] as const) {
      states.push((await client.enqueue({ agent, text: 'pass it on', from })).state);
      const hooks = openHookCaller(daemon.socket, { session: `s-${agent}`, agent });
      await hooks.say('SessionStart', { source: 'startup' });
      await hooks.say('UserPromptSubmit', { prompt_id: 'p', prompt: 'x' });
    }
    assert.deepEqual(states, ['ready', 'ready', 'blocked']);
  },

  'backups-kept': async ({ daemon, client, set }) => {
    const copies = () => readdirSync(join(daemon.stateDir, 'backups')).length;
    for (let made = 0; made < 2; made += 1) await client.backup({});
    assert.equal(copies(), 2);
    await set({ backupsKept: 1 });
    await client.backup({});
    assert.equal(copies(), 1);
  },

  'alert-command': async ({ daemon, client, agent, set }) => {
    const [program, told] = [`${daemon.stateDir}/tell`, `${daemon.stateDir}/told`];
    writeFileSync(program, `#!/bin/sh\ncat > '${told}'\n`, { mode: 0o755 });
    await set({ alertCommand: program });
    await client.enqueue({ agent, text: 'x', ttlMs: 1 });
    await until(() => existsSync(told) || undefined);
  },

  'alert-pause-ms': async ({ client, agent, set, logged }) => {
    await set({ alertPauseMs: 1 });
    for (const count of [1, 2]) {
      await client.enqueue({ agent, text: 'x', ttlMs: 1 });
      await logged((log) => log.split('"event":"alert"').length > count);
    }
  },

  'retention-schedule': (turn) => comesBy(turn, 'retention'),
  'checkpoint-schedule': (turn) => comesBy(turn, 'checkpoint'),
  'optimize-schedule': (turn) => comesBy(turn, 'optimize'),
  'backup-schedule': (turn) => comesBy(turn, 'backup'),
  'integrity-schedule': (turn) => comesBy(turn, 'integrity'),

  'retention-days': async ({ client, agent, set, clock }) => {
    const retentionSchedule = '* * * * * *';
    await set({ retentionSchedule });
    const { id } = await client.enqueue({ agent, text: 'x' });
    await client.dequeue({ agent });
    await client.ack({ id });
    clock.pass(10 * 86_400_000);
    await set({ retentionSchedule, retentionDays: 1 });
    clock.pass(120_000);
    await until(async () =>
      client.show({ id }).then(
        () => undefined,
        () => true,
      ),
    );
  },
};

function waiterOf(client: Client, agent: string): Promise<true> {
  return until(async () => {
    const { agents } = await client.agents({});
    return agents.find(({ id }) => id === agent)?.waiter ? true : undefined;
  });
}

/** A work that is off, then comes each second. */
async function comesBy({ client, set }: Turn, work: WorkName): Promise<void> {
  const key = `${work}Schedule`;
  const now = async () => (await client.maintenance({})).works.find((each) => each.work === work);
  await set({ [key]: 'off' });
  assert.deepEqual([(await now())?.schedule, (await now())?.nextMs], [null, null]);
  await set({ [key]: '* * * * * *' });
  await until(async () => (await now())?.last?.ok, 20_000);
}

async function capped({ client, agent, set }: Turn, key: 'pairRate' | 'agentRate'): Promise<void> {
  const send = () => client.enqueue({ agent, text: 'x', from: 'b' });
  assert.deepEqual([(await send()).state, (await send()).state], ['ready', 'ready']);
  await set({ [key]: 1 });
  assert.deepEqual([(await send()).state, (await send()).state], ['ready', 'scheduled']);
  await set({});
  assert.equal((await send()).state, 'ready');
}

it('a setting that takes effect at once is tested here', () => {
  const live = SETTING_NAMES.filter(
    (name) => isInFile(name) && (SETTINGS[name] as Setting).effect === undefined,
  );
  assert.deepEqual(Object.keys(EFFECTS).toSorted(), live.toSorted());
});

describe('a setting that takes effect at once', { timeout: 240_000 }, () => {
  const place = testFolder();
  after(() => place[Symbol.dispose]());
  const clock = openDaemonClock(place.path);
  const stage = suiteDaemon({ env: clock.env });
  let writes = 0;
  /** The pause of alerts is the last setting that is told of; it differs from file to file, so that what came before is in effect. */
  async function set(settings: Readonly<Record<string, unknown>>): Promise<void> {
    writes += 1;
    const { alertPauseMs, ...all } = { ...QUICK, alertPauseMs: 500_000 + writes, ...settings };
    const event = new RegExp(`"setting":"alertPauseMs",.*"to":${alertPauseMs},`);
    await say(stage.daemon, JSON.stringify({ ...all, alertPauseMs }), event);
  }
  beforeEach(() => set({}));

  for (const [name, takesEffect] of Object.entries(EFFECTS))
    it(`does so: ${name}`, () => {
      const { daemon, client } = stage;
      const begin = daemon.log().length;
      return takesEffect({
        daemon,
        client,
        clock,
        agent: `of-${name}`,
        set,
        log: () => daemon.log().slice(begin),
        logged: (enough) => daemon.logged((log) => enough(log.slice(begin))),
      });
    });
});

describe('the settings file of a daemon that runs', { concurrency: 2, timeout: 60_000 }, () => {
  it('is logged change by change, from what to what', () =>
    onStage({}, async ({ daemon }) => {
      await say(daemon, '{"sweepMs": 500, "logLevel": "debug"}');
      await daemon.logged((log) => log.includes('"setting":"sweepMs","from":1000,"to":500'));
      await daemon.logged((log) => log.includes('"setting":"logLevel","from":"info","to":"debug"'));
      const path = settingsPath(daemon.stateDir);
      rmSync(path);
      await daemon.logged((log) => log.includes('"setting":"sweepMs","from":500,"to":1000'));
    }));

  it('is refused as a whole, with its line, and the old values hold', () =>
    onStage({}, async ({ daemon, client }) => {
      await say(daemon, '{"visibilityMs": 5000}');
      await say(daemon, '{\n  "visibilityMs": 9000,\n  "sweepMs": -1\n}', /"event":"settings_refused"/);
      assert.match(daemon.log(), /settings\.jsonc line 3, sweepMs: \\"-1\\" is not a whole number/);
      await client.enqueue({ agent: 'a', text: 'x' });
      const { messages } = await client.dequeue({ agent: 'a' });
      assert.ok((messages[0]?.leaseUntilMs ?? 0) - Date.now() <= 5_000);
      await say(daemon, '{"visibilityMs": 9000}');
    }));

  it('changes nothing that a flag or a variable says', () =>
    onStage({ ORQ_VISIBILITY_MS: '7000' }, async ({ daemon, client }) => {
      await say(daemon, '{"visibilityMs": 90000, "sweepMs": 500}');
      assert.doesNotMatch(daemon.log(), /"setting":"visibilityMs"/);
      await client.enqueue({ agent: 'a', text: 'x' });
      const { messages } = await client.dequeue({ agent: 'a' });
      assert.ok((messages[0]?.leaseUntilMs ?? 0) - Date.now() <= 7_000);
    }));
});

describe('a staging instance', { timeout: 60_000 }, () => {
  it('needs two variables and meets the other one nowhere', async () => {
    using folder = testFolder();
    await using real = await startDaemon({ folder: folder.at('a') });
    await using staging = await startDaemon({
      folder: folder.at('a'),
      env: { ORQ_SOCKET: folder.at('b.sock'), ORQ_STATE_DIR: folder.at('b') },
    });
    await using one = createClient({ socket: real.socket });
    await using other = createClient({ socket: staging.socket });
    await say(staging, '{"visibilityMs": 5000}');
    await other.enqueue({ agent: 'a', text: 'only a trial' });
    assert.equal((await other.status({})).messages.ready, 1);
    assert.equal((await one.status({})).messages.ready, 0);
    assert.doesNotMatch(real.log(), /setting_changed/);
  });
});
