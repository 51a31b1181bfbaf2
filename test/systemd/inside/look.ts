/** What `orqctl doctor` finds of units, and what `orqctl logs` reads of a journal, that a real systemd keeps. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { createClient } from '../../../client/index.ts';
import { ORQCTL } from '../../client/orqctl/run-orqctl.ts';
import { until } from '../../support/until.ts';
import { callHook } from './hook-load.ts';
import { done, orqctl, run, SERVICE, SOCKET, UNITS } from './machine.ts';

const ACCOUNT = 'daemon';
const SETTINGS = '/var/lib/orq/config/settings.jsonc';
const USERS_SOCKET = '/run/user/0/orq/orq.sock';
const USERS = { XDG_RUNTIME_DIR: '/run/user/0', HOME: '/root' };

interface Check {
  readonly ok: boolean;
  readonly found: string;
  readonly remedy: string | null;
}

/** What the doctor says of the service, as its user. */
function serviceCheck(scope: 'system' | 'user' = 'system'): Check {
  const doctor = [ORQCTL, 'doctor', '--json', '--socket', scope === 'user' ? USERS_SOCKET : SOCKET];
  const { stdout, stderr } =
    scope === 'user'
      ? run(process.execPath, doctor, USERS)
      : run(process.execPath, doctor, { HOME: '/tmp' }, 1);
  const { checks } = JSON.parse(stdout || '{"checks":[]}') as { checks: (Check & { name: string })[] };
  const { ok, found, remedy } = checks.find(({ name }) => name === 'service') ?? {
    ok: false,
    found: stderr,
    remedy: null,
  };
  return { ok, found, remedy };
}

const logs = (...words: readonly string[]): string => done(orqctl('logs', '--socket', SOCKET, ...words));

test('finds nothing wrong with a service that runs and comes with the next boot', () => {
  done(orqctl('service', 'install', '--system', '--user', ACCOUNT));
  assert.deepEqual(serviceCheck(), {
    ok: true,
    found: 'system: orq-daemon.service active, enabled; orq-daemon.socket active, enabled',
    remedy: null,
  });
});

test('reads what the daemon logged in the journal, newest last, without the priority before it', () => {
  const all = logs().split('\n');
  assert.match(all.at(-1) ?? '', /^20\S+Z [a-z_]+ ?/);
  assert.ok(all.some((line) => / daemon_ready socket=\/run\/orq\/orq\.sock /.test(line)));
  assert.equal(logs('-n', '1').split('\n').length, 1);
  const [line = ''] = logs('-n', '1', '--json').split('\n');
  assert.equal(typeof (JSON.parse(line) as { event: unknown }).event, 'string');
});

test('follows the journal: each hook of the agent that is asked for, from the moment the level shows them', async () => {
  writeFileSync(SETTINGS, '{ "logLevel": "debug" }');
  await until(() => logs().includes('setting_changed') || undefined);
  await callHook(SOCKET, 'before');
  const child = spawn(process.execPath, [ORQCTL, 'logs', '-f', '--hooks', '--socket', SOCKET], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => String(((await lines.next()) as { value: unknown }).value);
  assert.match(await next(), / hook hook=\w+ .*ms=/);
  for (let call = 0; call < 3; call += 1) {
    await callHook(SOCKET, `later ${call}`);
    assert.match(await next(), / hook hook=\w+ .*ms=/);
  }
  const closed = once(child, 'close');
  child.kill('SIGINT');
  assert.deepEqual(await closed, [0, null]);
  writeFileSync(SETTINGS, '{}');
});

test('sees long work run at a lower priority than the daemon', async () => {
  mkdirSync(`${UNITS}/${SERVICE}.d`);
  writeFileSync(`${UNITS}/${SERVICE}.d/nice.conf`, '[Service]\nNice=0\n');
  done(run('systemctl', ['daemon-reload']));
  done(run('systemctl', ['restart', SERVICE]));
  await using client = createClient({ socket: SOCKET });
  for (let batch = 0; batch < 10; batch += 1)
    await client.enqueue(Array.from({ length: 40 }, () => ({ agent: 'a', text: 'x'.repeat(100_000) })));
  const copied = client.backup({});
  const [ofDaemon = -1] = niceOf('daemon/main.js');
  assert.equal(ofDaemon, 0);
  await until(() => niceOf('storage-main.js').some((nice) => nice > ofDaemon) || undefined);
  await copied;
});

/** Of each process with that program among its words. */
function niceOf(program: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(program)) return [];
        const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
        return Number(fields.split(' ')[16]);
      } catch {
        return [];
      }
    });
}

test('is told how a unit is that does not come with the boot, failed, or was stopped, and how to start it', async () => {
  done(run('systemctl', ['disable', 'orq-daemon.socket']));
  const disabled = serviceCheck();
  assert.match(disabled.found, /orq-daemon\.socket active, disabled/);
  assert.match(disabled.remedy ?? '', /orqctl service start --system/);
  done(orqctl('service', 'start'));
  writeFileSync(SETTINGS, '{ "sweepMs": "soon" }');
  run('systemctl', ['restart', SERVICE]);
  await until(() => serviceCheck().found.includes('failed') || undefined, 20_000);
  const said = logs('-n', '50');
  assert.match(
    said,
    /settings\.jsonc.*sweepMs/,
    'why it did not start stands in the log, with no daemon to ask',
  );
  writeFileSync(SETTINGS, '{}');
  done(orqctl('service', 'start'));
  assert.ok(serviceCheck().ok);
  done(orqctl('service', 'stop'));
  assert.deepEqual(serviceCheck(), {
    ok: false,
    found: 'system: orq-daemon.service inactive, disabled; orq-daemon.socket inactive, disabled',
    remedy: 'orqctl service start --system; systemctl status says why it ended',
  });
  done(orqctl('service', 'uninstall'));
  assert.deepEqual(serviceCheck(), {
    ok: true,
    found: 'not installed: the daemon runs by hand',
    remedy: null,
  });
});

test("looks at a user's own service likewise, and says where it ends with the last logout", () => {
  mkdirSync('/run/user/0', { recursive: true, mode: 0o700 });
  done(run('systemctl', ['start', 'user@0.service']));
  done(run(process.execPath, [ORQCTL, 'service', 'install'], USERS));
  const check = serviceCheck('user');
  assert.match(check.found, /^user: .* active, enabled; it ends with the last logout of root$/);
  assert.equal(check.remedy, 'loginctl enable-linger');
  mkdirSync('/var/lib/systemd/linger', { recursive: true });
  writeFileSync('/var/lib/systemd/linger/root', '');
  assert.ok(serviceCheck('user').ok);
  const { stdout } = run(process.execPath, [ORQCTL, 'logs'], USERS);
  assert.match(stdout, / daemon_ready socket=\/run\/user\/0\/orq\/orq\.sock /);
});
