/** What `orqctl cutover` and `orqctl rollback` do with units, played beside a stand-in for the unit of the old system. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { createClient } from '../../../client/index.ts';
import { ORQCTL } from '../../client/orqctl/run-orqctl.ts';
import { until } from '../../support/until.ts';
import { callHook } from './hook-load.ts';
import { done, isActive, isEnabled, orqctl, run, SERVICE, SOCKET, UNITS, type Ended } from './machine.ts';

const OLD = 'agent-idle-monitor.service';
const ORQ_SOCKET = 'orq-daemon.socket';
const HOME = '/tmp/home';

/** In a home of its own, so that no install of this machine is meant. */
const own = (...words: readonly string[]): Ended =>
  run(process.execPath, [ORQCTL, '--socket', SOCKET, ...words], {
    HOME,
    XDG_DATA_HOME: '',
    XDG_CONFIG_HOME: '',
  });
const dropIns = (): string[] =>
  readdirSync(UNITS, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('50-old-monitor.conf'),
  );
const orqRuns = (): boolean[] => [isActive(ORQ_SOCKET), isActive(SERVICE)];

test('both serve side by side before the cutover, and a dry run changes nothing', () => {
  mkdirSync(HOME, { recursive: true });
  writeFileSync(
    `${UNITS}/${OLD}`,
    '[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n',
  );
  done(run('systemctl', ['daemon-reload']));
  done(run('systemctl', ['enable', '--now', OLD]));
  done(orqctl('service', 'install', '--system', '--user', 'daemon'));
  assert.match(done(own('cutover', '--dry-run')), /units: stopped and disabled agent-idle-monitor\.service/);
  assert.deepEqual([isActive(OLD), isEnabled(OLD), ...orqRuns(), dropIns()], [true, true, true, true, []]);
});

test('the cutover stops and disables the old monitor, and writes the conflict on socket and service', () => {
  done(own('cutover', '--no-proof'));
  assert.deepEqual([isActive(OLD), isEnabled(OLD), ...orqRuns()], [false, false, true, true]);
  assert.deepEqual(dropIns().toSorted(), [
    `${SERVICE}.d/50-old-monitor.conf`,
    `${ORQ_SOCKET}.d/50-old-monitor.conf`,
  ]);
  assert.match(done(own('cutover', '--no-proof')), /units: nothing to do/);
});

test('afterwards whichever is started ends the other', async () => {
  done(run('systemctl', ['start', OLD]));
  await until(() => !orqRuns().includes(true) || undefined);
  done(orqctl('service', 'start', '--system'));
  await until(() => !isActive(OLD) || undefined);
  assert.deepEqual(orqRuns(), [true, true]);
});

test('the cutover is taken back: both run again, side by side', () => {
  assert.match(done(own('cutover', '--undo')), /enabled and started/);
  assert.deepEqual([isActive(OLD), isEnabled(OLD), ...orqRuns(), dropIns()], [true, true, true, true, []]);
  assert.equal(done(own('cutover', '--undo')), 'nothing to take back');
});

test('the rollback writes down what waits, ends orq for good and brings the old monitor back', async () => {
  done(own('cutover', '--no-proof'));
  await using client = createClient({ socket: SOCKET });
  await client.enqueue({ agent: 's:1', text: 'waits' });
  await client.close();
  done(
    own(
      'rollback',
      '--old-monitor',
      '--output',
      `${HOME}/pending.json`,
      '--to-db',
      `${HOME}/old.db`,
      '--drain',
      '1s',
    ),
  );
  assert.deepEqual([isActive(OLD), isEnabled(OLD), ...orqRuns(), dropIns()], [true, true, false, false, []]);
  assert.deepEqual([isEnabled(ORQ_SOCKET), isEnabled(SERVICE)], [false, false]);
  assert.match(readFileSync(`${HOME}/pending.json`, 'utf8'), /"text":"waits"/);
  const db = new Sqlite(`${HOME}/old.db`, { readonly: true });
  assert.deepEqual(db.prepare('SELECT agent_id, message, status FROM message_queue').all(), [
    { agent_id: 's:1', message: 'waits', status: 'pending' },
  ]);
  db.close();
});

test('the old monitor lives on while hooks fire, and orq stays down', async () => {
  for (let call = 0; call < 20; call += 1) assert.deepEqual((await callHook(SOCKET, 's')).code, 0);
  assert.deepEqual([isActive(OLD), ...orqRuns()], [true, false, false]);
  assert.equal(existsSync(`${HOME}/.local/share/orq/cutover.json`), false);
});
