/** What `orqctl cutover` and `orqctl rollback` do with units, played beside a stand-in for the unit of the old system. */
import assert from 'node:assert/strict';
import { chownSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import Sqlite from 'better-sqlite3';
import type { CutoverRecord } from '../../../client/cutover/record.ts';
import { createClient } from '../../../client/index.ts';
import { ORQCTL } from '../../client/orqctl/run-orqctl.ts';
import { until } from '../../support/until.ts';
import { callHook } from './hook-load.ts';
import { done, isActive, isEnabled, orqctl, run, SERVICE, SOCKET, UNITS, type Ended } from './machine.ts';

const OLD = 'agent-idle-monitor.service';
const ORQ_SOCKET = 'orq-daemon.socket';
const HOME = '/tmp/home';
/** Whom the service of the machine serves: nobody who may change its units. */
const USER = 'daemon';
const UID = 1;

/** As that user, in a home of its own, so that no install of this machine is meant. */
const own = (...words: readonly string[]): Ended =>
  run(process.execPath, [ORQCTL, ...words], { HOME, XDG_DATA_HOME: '', XDG_CONFIG_HOME: '' }, UID);
const dropIns = (): string[] =>
  readdirSync(UNITS, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('50-old-monitor.conf'),
  );
const orqRuns = (): boolean[] => [isActive(ORQ_SOCKET), isActive(SERVICE)];

test('a cutover names other units of the old system that run, and leaves them alone', () => {
  const unit = 'tmux-orchestrator-checkin.service';
  mkdirSync(HOME, { recursive: true });
  chownSync(HOME, UID, UID);
  writeFileSync(`${UNITS}/${unit}`, '[Service]\nExecStart=/bin/sleep infinity\n');
  done(run('systemctl', ['daemon-reload']));
  done(run('systemctl', ['start', unit]));
  done(orqctl('service', 'install', '--system', '--user', USER));
  assert.match(done(own('cutover', '--dry-run')), /check: tmux-orchestrator-checkin\.service .* is active/);
  assert.equal(isActive(unit), true);
  done(run('systemctl', ['stop', unit]));
});

test('both serve side by side before the cutover, and a dry run changes nothing', () => {
  writeFileSync(
    `${UNITS}/${OLD}`,
    '[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n',
  );
  done(run('systemctl', ['daemon-reload']));
  done(run('systemctl', ['enable', '--now', OLD]));
  done(orqctl('service', 'install', '--system', '--user', USER));
  assert.match(done(own('cutover', '--dry-run')), /units: stopped and disabled agent-idle-monitor\.service/);
  assert.deepEqual([isActive(OLD), isEnabled(OLD), ...orqRuns(), dropIns()], [true, true, true, true, []]);
});

test('each of both users is told who has to take which step, before the first one', () => {
  const theirs = own('cutover', '--no-proof');
  assert.equal(theirs.status, 4, theirs.stderr);
  assert.match(theirs.stderr, /only root may.*\ntry: sudo orqctl cutover --units; then orqctl cutover/);
  const roots = orqctl('cutover', '--no-proof');
  assert.equal(roots.status, 4, roots.stderr);
  assert.match(
    roots.stderr,
    /try: sudo orqctl cutover --units; then sudo -H -u daemon .* cutover --no-proof/,
  );
  assert.deepEqual([isActive(OLD), isEnabled(OLD), ...orqRuns(), dropIns()], [true, true, true, true, []]);
});

test('the cutover stops and disables the old monitor, and writes the conflict on socket and service', () => {
  assert.match(done(orqctl('cutover', '--units')), /orqctl cutover, as daemon, does the rest/);
  assert.match(done(own('cutover', '--no-proof')), /conflict: nothing to do\nunits: nothing to do/);
  assert.deepEqual([isActive(OLD), isEnabled(OLD), ...orqRuns()], [false, false, true, true]);
  assert.deepEqual(dropIns().toSorted(), [
    `${SERVICE}.d/50-old-monitor.conf`,
    `${ORQ_SOCKET}.d/50-old-monitor.conf`,
  ]);
  assert.match(done(orqctl('cutover', '--units')), /units: nothing to do/);
});

test('afterwards whichever is started ends the other', async () => {
  done(run('systemctl', ['start', OLD]));
  await until(() => !orqRuns().includes(true) || undefined);
  done(orqctl('service', 'start', '--system'));
  await until(() => !isActive(OLD) || undefined);
  assert.deepEqual(orqRuns(), [true, true]);
});

test('the cutover is taken back: both run again, side by side', () => {
  assert.match(done(orqctl('cutover', '--units', '--undo')), /enabled and started/);
  assert.deepEqual([isActive(OLD), isEnabled(OLD), ...orqRuns(), dropIns()], [true, true, true, true, []]);
  assert.equal(done(orqctl('cutover', '--units', '--undo')), 'nothing to take back');
  done(own('cutover', '--undo'));
});

test('the rollback writes down what waits, ends orq for good and brings the old monitor back', async () => {
  done(orqctl('cutover', '--units'));
  await using client = createClient({ socket: SOCKET });
  await client.enqueue({ agent: 's:1', text: 'waits' });
  await client.close();
  const words = ['--output', `${HOME}/pending.json`, '--to-db', `${HOME}/old.db`, '--drain', '1s'];
  const refused = own('rollback', '--old-monitor', ...words);
  assert.equal(refused.status, 4, refused.stderr);
  const told = `orqctl rollback --to-db ${HOME}/old.db; then sudo orqctl service stop --system; then sudo orqctl cutover --units --undo`;
  assert.ok(refused.stderr.includes(`try: ${told}`), refused.stderr);
  assert.deepEqual([existsSync(`${HOME}/pending.json`), ...orqRuns()], [false, true, true]);
  assert.match(
    done(own('rollback', ...words)),
    /the conflict with the old monitor stays: sudo orqctl cutover/,
  );
  done(orqctl('service', 'stop', '--system'));
  done(orqctl('cutover', '--units', '--undo'));
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
  const record = JSON.parse(readFileSync(`${HOME}/.local/share/orq/cutover.json`, 'utf8')) as CutoverRecord;
  assert.equal(record.handedTo, `${HOME}/old.db`);
});

test('root takes all steps by itself where the agents are its own', async () => {
  done(orqctl('service', 'uninstall', '--system'));
  rmSync('/var/lib/orq', { recursive: true });
  done(orqctl('service', 'install', '--system', '--user', 'root'));
  assert.match(done(orqctl('cutover', '--no-proof')), /units: stopped and disabled/);
  assert.deepEqual([isActive(OLD), isEnabled(OLD), ...orqRuns()], [false, false, true, true]);
  done(orqctl('rollback', '--old-monitor', '--output', '/tmp/roots.json', '--drain', '0s'));
  assert.deepEqual([isActive(OLD), isEnabled(OLD), ...orqRuns(), dropIns()], [true, true, false, false, []]);
  assert.deepEqual([isEnabled(ORQ_SOCKET), isEnabled(SERVICE)], [false, false]);
  for (let call = 0; call < 5; call += 1) assert.deepEqual((await callHook(SOCKET, 's')).code, 0);
  assert.deepEqual([isActive(OLD), ...orqRuns()], [true, false, false]);
});
