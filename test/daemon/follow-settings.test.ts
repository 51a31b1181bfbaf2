import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { createClient, type Client } from '../../client/index.ts';
import { SETTING_NAMES, SETTINGS, type SettingName } from '../../daemon/config.ts';
import type { Setting } from '../../daemon/setting.ts';
import type { WorkName } from '../../src/protocol/maintenance.ts';
import { isInFile, settingsPath } from '../../daemon/settings-file.ts';
import { startDaemon, type RunningDaemon } from '../support/daemon.ts';
import { openDaemonClock, type DaemonClock } from '../support/daemon-clock.ts';
import { testFolder } from '../support/folder.ts';
import { until } from '../support/until.ts';
import { openHookCaller } from './hooks/hook-caller.ts';

interface Stage {
  readonly daemon: RunningDaemon;
  readonly client: Client;
  readonly clock: DaemonClock;
}

/** Replaces the file as editors do, and waits until the daemon says that it has read it. */
async function say(daemon: RunningDaemon, text: string, event = 'setting_changed'): Promise<void> {
  const before = daemon.log().length;
  const path = settingsPath(daemon.stateDir);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
  await daemon.logged((log) => log.slice(before).includes(`"event":"${event}"`));
}

async function onStage(env: Record<string, string>, play: (stage: Stage) => Promise<void>): Promise<void> {
  using folder = testFolder();
  const clock = openDaemonClock(folder.path);
  await using daemon = await startDaemon({ folder: folder.path, env: { ...clock.env, ...env } });
  await using client = createClient({ socket: daemon.socket });
  await play({ daemon, client, clock });
}

const QUICK = { ORQ_SWEEP_MS: '50' };

/** For each setting that takes effect at once: that it does. */
const EFFECTS: Readonly<Partial<Record<SettingName, () => Promise<void>>>> = {
  'log-level': () =>
    onStage({}, async ({ daemon, client }) => {
      await client.enqueue({ agent: 'a', text: 'x' });
      await say(daemon, '{"logLevel": "debug"}');
      assert.doesNotMatch(daemon.log(), /message_enqueued/);
      await client.enqueue({ agent: 'a', text: 'y' });
      await daemon.logged((log) => log.includes('message_enqueued'));
    }),

  'silent-ms': () =>
    onStage(QUICK, async ({ daemon, client }) => {
      const hooks = openHookCaller(daemon.socket, { session: 's', agent: 'a' });
      await hooks.say('SessionStart', { source: 'startup' });
      await hooks.say('UserPromptSubmit', { prompt_id: 'p', prompt: 'x' });
      const rung = hooks.wait();
      await client.enqueue({ agent: 'a', text: 'x' });
      await say(daemon, '{"silentMs": 1}');
      assert.equal((await rung).exit, '2');
    }),

  'sweep-ms': () =>
    onStage({}, async ({ daemon, client }) => {
      await say(daemon, '{"sweepMs": 3600000}');
      const { id } = await client.enqueue({ agent: 'a', text: 'x', delayMs: 1 });
      await say(daemon, '{"sweepMs": 50}');
      await until(async () => ((await client.show({ id })).state === 'ready' ? true : undefined));
    }),

  'coalesce-ms': () =>
    onStage({ ...QUICK, ORQ_COALESCE_MS: '' }, async ({ daemon, client }) => {
      await say(daemon, '{"coalesceMs": 500000}');
      const hooks = openHookCaller(daemon.socket, { session: 's', agent: 'a' });
      await hooks.say('SessionStart', { source: 'startup' });
      // These come too late to be handed anything: after a proof the next ring would not wait for the window.
      const late = { 'orq-deadline-ms': '1' };
      for (const turn of ['p', 'q']) {
        const rung = hooks.wait();
        await until(async () => ((await client.agents({})).agents[0]?.waiter ? true : undefined));
        if (turn === 'p') await client.enqueue({ agent: 'a', text: 'x' });
        else await say(daemon, '{"coalesceMs": 0}');
        assert.equal((await rung).exit, '2');
        await hooks.say('UserPromptSubmit', { prompt_id: turn, prompt: 'x' }, late);
        await hooks.say('Stop', { prompt_id: turn }, late);
      }
      await daemon.logged((log) => /setting_changed.*agent_rung.*setting_changed.*agent_rung/s.test(log));
    }),

  rungs: () =>
    onStage(QUICK, async ({ daemon, client }) => {
      await say(daemon, '{"rungs": ["tmux"]}');
      const hooks = openHookCaller(daemon.socket, { session: 's', agent: 'a' });
      await hooks.say('SessionStart', { source: 'startup' });
      const rung = hooks.wait();
      await until(async () => ((await client.agents({})).agents[0]?.waiter ? true : undefined));
      await client.enqueue({ agent: 'a', text: 'x' });
      await say(daemon, '{"rungs": ["waiter", "tmux"]}');
      assert.equal((await rung).exit, '2');
      const log = await daemon.logged((each) => each.includes('agent_rung'));
      assert.match(log, /setting_changed.*setting_changed.*agent_rung/s);
    }),

  'visibility-ms': () =>
    onStage({}, async ({ daemon, client, clock }) => {
      await client.enqueue({ agent: 'a', text: 'x' });
      await say(daemon, '{"visibilityMs": 5000}');
      const { messages } = await client.dequeue({ agent: 'a' });
      const [message] = messages;
      const restMs = (message?.leaseUntilMs ?? 0) - clock.nowMs();
      assert.ok(restMs > 0 && restMs <= 5_000, String(restMs));
      const { leaseUntilMs } = await client.extend({ id: message?.id ?? 0 });
      assert.ok(leaseUntilMs - clock.nowMs() <= 5_000);
    }),

  'pair-rate': () => capped('pairRate'),
  'agent-rate': () => capped('agentRate'),

  'max-hops': () =>
    onStage({}, async ({ daemon, client }) => {
      await say(daemon, '{"maxHops": 1}');
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
    }),

  'retention-days': () =>
    onStage({ ...QUICK, ORQ_RETENTION_SCHEDULE: '* * * * * *' }, async ({ daemon, client, clock }) => {
      const { id } = await client.enqueue({ agent: 'a', text: 'x' });
      await client.dequeue({ agent: 'a' });
      await client.ack({ id });
      clock.pass(10 * 86_400_000);
      await say(daemon, '{"retentionDays": 1}');
      clock.pass(120_000);
      await until(async () =>
        client.show({ id }).then(
          () => undefined,
          () => true,
        ),
      );
    }),

  'retention-schedule': () => comesBy('retention'),
  'checkpoint-schedule': () => comesBy('checkpoint'),
  'optimize-schedule': () => comesBy('optimize'),
  'backup-schedule': () => comesBy('backup'),
  'integrity-schedule': () => comesBy('integrity'),

  'backups-kept': () =>
    onStage({}, async ({ daemon, client }) => {
      const copies = () => readdirSync(join(daemon.stateDir, 'backups')).length;
      for (let made = 0; made < 2; made += 1) await client.backup({});
      assert.equal(copies(), 2);
      await say(daemon, '{"backupsKept": 1}');
      await client.backup({});
      assert.equal(copies(), 1);
    }),

  'alert-command': () =>
    onStage(QUICK, async ({ daemon, client }) => {
      const [program, told] = [`${daemon.stateDir}/tell`, `${daemon.stateDir}/told`];
      writeFileSync(program, `#!/bin/sh\ncat > '${told}'\n`, { mode: 0o755 });
      await say(daemon, JSON.stringify({ alertCommand: program }));
      await client.enqueue({ agent: 'a', text: 'x', ttlMs: 1 });
      await until(() => existsSync(told) || undefined);
    }),

  'alert-pause-ms': () =>
    onStage(QUICK, async ({ daemon, client }) => {
      await say(daemon, '{"alertPauseMs": 1}');
      for (const count of [1, 2]) {
        await client.enqueue({ agent: 'a', text: 'x', ttlMs: 1 });
        await daemon.logged((log) => log.split('"event":"alert"').length > count);
      }
    }),
};

/** A work that is off, then comes each second. */
function comesBy(work: WorkName): Promise<void> {
  return onStage({}, async ({ daemon, client }) => {
    const key = `${work}Schedule`;
    const now = async () => (await client.maintenance({})).works.find((each) => each.work === work);
    await say(daemon, JSON.stringify({ [key]: 'off' }));
    assert.deepEqual([(await now())?.schedule, (await now())?.nextMs], [null, null]);
    await say(daemon, JSON.stringify({ [key]: '* * * * * *' }));
    await until(async () => (await now())?.last?.ok, 20_000);
  });
}

function capped(key: 'pairRate' | 'agentRate'): Promise<void> {
  return onStage({}, async ({ daemon, client }) => {
    const send = () => client.enqueue({ agent: 'a', text: 'x', from: 'b' });
    assert.deepEqual([(await send()).state, (await send()).state], ['ready', 'ready']);
    await say(daemon, JSON.stringify({ [key]: 1 }));
    assert.deepEqual([(await send()).state, (await send()).state], ['ready', 'scheduled']);
    await say(daemon, '{}');
    assert.equal((await send()).state, 'ready');
  });
}

describe('a setting that takes effect at once', { concurrency: 2, timeout: 240_000 }, () => {
  it('is tested here', () => {
    const live = SETTING_NAMES.filter(
      (name) => isInFile(name) && (SETTINGS[name] as Setting).effect === undefined,
    );
    assert.deepEqual(Object.keys(EFFECTS).toSorted(), live.toSorted());
  });

  for (const [name, takesEffect] of Object.entries(EFFECTS)) it(`does so: ${name}`, takesEffect);
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
      await say(daemon, '{\n  "visibilityMs": 9000,\n  "sweepMs": -1\n}', 'settings_refused');
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
