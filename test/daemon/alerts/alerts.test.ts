/** Each kind of alert as a person gets it: a real daemon, and a program that keeps what it is told. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createClient, type Client } from '../../../client/index.ts';
import { ALERTS } from '../../../daemon/alerts/kinds.ts';
import { settingsPath } from '../../../daemon/settings-file.ts';
import { PACKAGE } from '../../docs/documents.ts';
import { startDaemon, type RunningDaemon } from '../../support/daemon.ts';
import { testFolder, type TestFolder } from '../../support/folder.ts';
import { openSmallDisk, SMALL_DISK_MISSING } from '../../support/small-disk.ts';
import { until } from '../../support/until.ts';
import { openHookCaller } from '../hooks/hook-caller.ts';
import { startStandIn } from '../hooks/stand-in.ts';
import { openFleet } from '../restarts/fleet.ts';

interface Told {
  readonly kind: string;
  readonly subject: string;
  readonly suppressed: number;
  readonly [field: string]: unknown;
}

interface Desk {
  /** Path of the program. */
  readonly program: string;
  told(): Told[];
  /** Resolves with the first alert of a kind. */
  hear(kind: string): Promise<Told>;
}

const tested = new Set<string>();

function deskIn(folder: TestFolder): Desk {
  const [program, file] = [folder.at('tell me.sh'), folder.at('told')];
  writeFileSync(program, `#!/bin/sh\n{ printf '%s ' "$1"; cat; } >> '${file}'\n`);
  chmodSync(program, 0o755);
  const told = (): Told[] =>
    (existsSync(file) ? readFileSync(file, 'utf8') : '')
      .split('\n')
      .filter((line) => line.endsWith('}'))
      .map((line) => {
        const [, word = '', text = ''] = /^(\w+) (.*)$/.exec(line) ?? [];
        const alert = JSON.parse(text) as Told;
        assert.equal(alert.kind, word);
        return alert;
      });
  return {
    program,
    told,
    hear: async (kind) => {
      tested.add(kind);
      return until(() => told().find((each) => each.kind === kind), 20_000);
    },
  };
}

async function onStage(
  play: (stage: { daemon: RunningDaemon; client: Client; desk: Desk }) => Promise<void>,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  await using folder = testFolder();
  const desk = deskIn(folder);
  await using daemon = await startDaemon({
    folder: folder.path,
    env: { ORQ_ALERT_COMMAND: desk.program, ORQ_SWEEP_MS: '50', ...env },
  });
  await using client = createClient({ socket: daemon.socket });
  await play({ daemon, client, desk });
}

const began = async (daemon: RunningDaemon, agent: string) => {
  const hooks = openHookCaller(daemon.socket, { session: `s-${agent}`, pid: process.pid, agent });
  await hooks.say('SessionStart', { source: 'startup' });
  await hooks.say('UserPromptSubmit', { prompt_id: 'p', prompt: 'x' });
  return hooks;
};

describe('a person is told', { concurrency: 2, timeout: 120_000 }, () => {
  it('that an agent is held, with the cause', () =>
    onStage(async ({ daemon, desk }) => {
      const hooks = await began(daemon, 'a');
      await hooks.say('StopFailure', { prompt_id: 'p', error: 'authentication_failed' });
      const { subject, cause, host, stateDir, atMs, suppressed } = await desk.hear('held');
      assert.deepEqual(
        { subject, cause, stateDir, suppressed },
        { subject: 'a', cause: 'authentication', stateDir: daemon.stateDir, suppressed: 0 },
      );
      assert.equal(typeof host, 'string');
      assert.ok(Math.abs(Number(atMs) - Date.now()) < 60_000);
    }));

  it('that an agent crashes again and again', () =>
    onStage(
      async ({ client, desk, daemon }) => {
        for (const life of ['first', 'second']) {
          const claude = startStandIn();
          const hooks = openHookCaller(daemon.socket, { session: life, agent: 'a', pid: claude.pid });
          await hooks.say('SessionStart', { source: 'startup' });
          await claude.kill9();
          await client.restartReport({ agent: 'a', cause: 'crashed', alive: false });
        }
        const { subject, reason } = await desk.hear('crash_loop');
        assert.equal(subject, 'a');
        assert.match(String(reason), /^crash loop: 1 restarts/);
      },
      { ORQ_RESTART_LIMIT: '1', ORQ_AUTO_RESTART: 'on', ORQ_SWEEP_MS: '3600000' },
    ));

  it('that an agent cannot be started, and why', () =>
    onStage(async ({ daemon, client, desk }) => {
      const claude = startStandIn();
      const hooks = openHookCaller(daemon.socket, { session: 's', agent: 'a', pid: claude.pid });
      await hooks.say('SessionStart', { source: 'startup' });
      await claude.kill9();
      await until(async () => (await client.agents({})).agents.find(({ state }) => state === 'offline'));
      await client.agentStart({ agent: 'a' });
      const { subject, reason } = await desk.hear('held');
      assert.equal(subject, 'a');
      assert.match(String(reason), /was not started in tmux$/);
    }));

  it('that an agent hangs, and since when', async () => {
    await using folder = testFolder();
    const desk = deskIn(folder);
    await using fleet = await openFleet({ ORQ_HUNG_MS: '1000', ORQ_ALERT_COMMAND: desk.program });
    const worker = await fleet.start('still');
    worker.let('stuck');
    const startedMs = Date.now();
    await fleet.client.enqueue({ agent: worker.agent, text: 'text-1' });
    const { subject, sinceMs, ended } = await desk.hear('hung');
    assert.deepEqual({ subject, ended }, { subject: worker.agent, ended: false });
    assert.ok(Number(sinceMs) > startedMs - 1_000);
  });

  it('that a message was given up, without its text', () =>
    onStage(async ({ client, desk }) => {
      const { id } = await client.enqueue({ agent: 'a', text: 'the secret', ttlMs: 1, from: 'lead' });
      const told = await desk.hear('dead_letter');
      assert.deepEqual(
        [told['subject'], told['id'], told['from'], told['reason']],
        ['a', id, 'lead', 'expired'],
      );
      assert.doesNotMatch(JSON.stringify(told), /secret/);
    }));

  it('that an agent waits for a person, once for each dialog', () =>
    onStage(async ({ daemon, desk }) => {
      const hooks = await began(daemon, 'a');
      await hooks.say('PermissionRequest', { prompt_id: 'p', tool_name: 'Bash' });
      await hooks.say('Notification', { notification_type: 'permission_prompt', message: 'may I?' });
      assert.equal((await desk.hear('needs_human')).subject, 'a');
      const other = await began(daemon, 'b');
      await other.say('Notification', { notification_type: 'agent_needs_input', message: 'which one?' });
      await until(() => desk.told().find(({ subject }) => subject === 'b'));
      assert.deepEqual(
        desk.told().map(({ kind, subject, suppressed }) => [kind, subject, suppressed]),
        [
          ['needs_human', 'a', 0],
          ['needs_human', 'b', 1],
        ],
      );
    }));

  it('that a backup failed', () =>
    onStage(async ({ daemon, client, desk }) => {
      writeFileSync(join(daemon.stateDir, 'backups'), 'no folder');
      await assert.rejects(client.maintenanceRun({ work: 'backup' }));
      const { subject, reason } = await desk.hear('maintenance');
      assert.equal(subject, 'backup');
      assert.match(String(reason), /backups/);
    }));

  it('that the disk is full', { skip: SMALL_DISK_MISSING }, async () => {
    await using folder = testFolder();
    const desk = deskIn(folder);
    await using disk = await openSmallDisk(folder.at('state'), 32);
    await using daemon = await startDaemon({
      folder: folder.path,
      under: disk.under,
      env: { ORQ_ALERT_COMMAND: desk.program },
    });
    await using client = createClient({ socket: daemon.socket });
    disk.fill();
    const text = 'x'.repeat(1000);
    await assert.rejects(async () => {
      for (;;) await client.enqueue({ agent: 'b', text });
    });
    assert.equal((await desk.hear('disk')).subject, daemon.stateDir);
  });

  it('that systemd has given the daemon up, also where its settings are why', async () => {
    await using folder = testFolder();
    const desk = deskIn(folder);
    const file = settingsPath(folder.at('state'));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `{ "sweepMs": "soon", "alertCommand": ${JSON.stringify(desk.program)} }`);
    const env = {
      PATH: process.env['PATH'],
      ORQ_STATE_DIR: folder.at('state'),
      MONITOR_SERVICE_RESULT: 'exit-code',
    };
    const words = [`${PACKAGE}dist/daemon/alert-main.js`, 'daemon_failed', 'orq-daemon.service'];
    const { status, stderr } = spawnSync(process.execPath, words, { env, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    const { subject, result } = await desk.hear('daemon_failed');
    assert.deepEqual({ subject, result }, { subject: 'orq-daemon.service', result: 'exit-code' });
  });

  after(() => {
    if (SMALL_DISK_MISSING) tested.add('disk');
    assert.deepEqual([...tested].toSorted(), Object.keys(ALERTS).toSorted());
  });
});

describe('an alert command', { concurrency: 2, timeout: 60_000 }, () => {
  it('that fails is logged, and holds up nothing', () =>
    onStage(
      async ({ daemon, client }) => {
        await client.enqueue({ agent: 'a', text: 't', ttlMs: 1 });
        await daemon.logged((log) => log.includes('"event":"alert_failed","kind":"dead_letter"'));
        assert.deepEqual(await client.ping({}), { ok: true });
      },
      { ORQ_ALERT_COMMAND: '/nowhere/at all' },
    ));

  it('that is not set leaves alerts to the log', () =>
    onStage(
      async ({ daemon, client }) => {
        await client.enqueue({ agent: 'a', text: 't', ttlMs: 1 });
        await daemon.logged((log) => log.includes('"event":"alert","kind":"dead_letter","subject":"a"'));
      },
      { ORQ_ALERT_COMMAND: '' },
    ));
});
