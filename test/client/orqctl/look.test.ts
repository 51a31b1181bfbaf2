import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStandIn } from '../stand-in.ts';
import { orqctl } from './run-orqctl.ts';
import { AGENT, SHOWN, STATUS } from './samples.ts';

const BERLIN = { env: { TZ: 'Europe/Berlin' } };

test('show prints every receipt in local time, what the state means, and the text', async () => {
  await using server = await openStandIn(() => SHOWN);
  const { stdout } = await orqctl(['show', '42'], { ...server, ...BERLIN });
  assert.match(stdout, /^message 42 to work:1\n {2}state +delivered: seen by its agent, or acked\n/);
  assert.match(stdout, /\n {2}queued +2030-03-17 18:46:40\.000 \+01:00/);
  assert.match(stdout, /\n {2}injected +2030-03-17 18:46:41\.000 .* session s-1, UserPromptSubmit\n/);
  assert.match(stdout, /\n {2}seen +2030-03-17 18:46:42\.000 .* session s-1, Stop\n/);
  assert.match(stdout, /\n\nthe build is red\n$/);
});

test('show says what a message waits for, since when, and when it is tried next', async () => {
  const waiting = { reason: 'human typing', sinceMs: 1_900_000_000_000, nextTryMs: 1_900_000_010_000 };
  await using server = await openStandIn(() => ({ ...SHOWN, state: 'ready', waiting }));
  const { stdout } = await orqctl(['show', '42'], { ...server, ...BERLIN });
  assert.match(stdout, /waits for +human typing, since 2030-03-17 18:46:40.*; next try 2030-03-17 18:46:50/);
});

test('show tells who holds a leased message', async () => {
  const lease = {
    token: 3,
    sinceMs: 1_900_000_000_000,
    untilMs: null,
    session: 's-1',
    event: 'Stop',
    injected: true,
    partsLeft: null,
  };
  await using server = await openStandIn(() => ({ ...SHOWN, state: 'leased', lease }));
  const { stdout } = await orqctl(['show', '42'], server);
  assert.match(stdout, /leased +token 3, session s-1, Stop, printed, since /);
});

test('nothing that others wrote reaches the terminal as a control character', async () => {
  const evil = '\x1b]0;owned\x07\u202e';
  const shown = { ...SHOWN, text: `${evil}\nline 2`, agent: evil, from: evil, reason: evil, project: evil };
  const answers: Readonly<Record<string, unknown>> = {
    '/v1/messages/42': shown,
    '/v1/messages': { messages: [shown] },
    '/v1/dead': { messages: [shown] },
    '/v1/agents': { agents: [{ ...AGENT, id: evil, pane: evil, state: evil, mode: evil }] },
    '/v1/status': { ...STATUS, stateDir: evil },
  };
  await using server = await openStandIn(({ path }) => answers[path]);
  for (const line of ['show 42', 'list', 'dead list', 'agents', 'status']) {
    const { exit, stdout } = await orqctl(line.split(' '), server);
    assert.equal(exit, 0, line);
    assert.match(stdout, /\\x1b/, line);
    // oxlint-disable-next-line no-control-regex
    assert.doesNotMatch(stdout, /[\x00-\x09\x0b-\x1f\x7f\u202e]/, line);
  }
  const raw = await orqctl(['show', '42', '--json'], server);
  assert.deepEqual(JSON.parse(raw.stdout), shown);
});

test('list turns flags into the query and aligns a line for each message', async () => {
  const other = { ...SHOWN, id: 7, agent: 'a-longer-name', open: true, text: 'two\nlines' };
  await using server = await openStandIn(() => ({ messages: [SHOWN, other] }));
  const flags = '--agent work:1 --state ready --open --thread t --limit 5 --before 9';
  const { stdout } = await orqctl(['list', ...flags.split(' ')], server);
  assert.equal(
    server.asked[0]?.path,
    '/v1/messages?agent=work%3A1&state=ready&open=true&threadId=t&limit=5&beforeId=9',
  );
  const [head = '', first = '', second = ''] = stdout.split('\n');
  assert.equal(first.indexOf('lead'), head.indexOf('FROM'));
  assert.equal(second.indexOf('two\\nlines'), head.indexOf('TEXT'));
  assert.match(second, /^7 +delivered \(open\) +10 +a-longer-name/);
});

test('show says for which messages one waits, what happens when they fail, and how long', async () => {
  const waits = { after: [3, 5], onDependencyFailure: 'release', dependencyUntilMs: 1_900_000_000_000 };
  await using server = await openStandIn(() => ({ ...SHOWN, ...waits }));
  const { stdout } = await orqctl(['show', '42'], { ...server, ...BERLIN });
  assert.match(stdout, /\n {2}after +3, 5; where one fails: release, until 2030-03-17 18:46:40.* at most\n/);
});

test('list says of messages that wait what they wait for, and of others nothing', async () => {
  const waiting = { reason: 'blocked: behind message 7 in the global order', sinceMs: 1, nextTryMs: null };
  const blocked = { ...SHOWN, state: 'blocked', scope: 'global', waiting };
  await using server = await openStandIn(() => ({ messages: [blocked, SHOWN] }));
  const [head = '', first = ''] = (await orqctl(['list'], server)).stdout.split('\n');
  assert.equal(first.indexOf(waiting.reason), head.indexOf('WAITS FOR'));
  await using other = await openStandIn(() => ({ messages: [SHOWN] }));
  assert.doesNotMatch((await orqctl(['list'], other)).stdout, /WAITS FOR/);
});

test('list without messages says so, and is an empty list as JSON', async () => {
  await using server = await openStandIn(() => ({ messages: [] }));
  assert.equal((await orqctl(['list'], server)).stdout, 'no messages\n');
  assert.equal((await orqctl(['list', '--json'], server)).stdout, '{"messages":[]}\n');
});

test('agents shows what each waits for', async () => {
  await using server = await openStandIn(() => ({ agents: [AGENT] }));
  const { stdout } = await orqctl(['agents'], server);
  assert.match(stdout, /\nwork:1 +idle +pull +%3 +waiter +1 +2 +3 +.*held: human typing, since/);
});

test('status names the daemon, its files and its counts', async () => {
  await using server = await openStandIn(() => STATUS);
  const { stdout } = await orqctl(['status'], server);
  for (const fact of [
    'pid 100',
    '/run/orq.sock',
    '/var/lib/orq',
    'synchronous FULL',
    '5 delivered',
    '2 known',
  ]) {
    assert.ok(stdout.includes(fact), fact);
  }
});

test('status says what holds up the writes', async () => {
  const database = { ...STATUS.database, isFull: true, lock: { forMs: 4000, pid: 77, program: 'sqlite3' } };
  await using server = await openStandIn(() => ({ ...STATUS, database }));
  const { stdout } = await orqctl(['status'], server);
  assert.match(stdout, /\n +the disk is full: nothing new is stored\n/);
  assert.match(stdout, /\n +locked by process 77 \(sqlite3\) for 4s: writes wait\n/);
});
