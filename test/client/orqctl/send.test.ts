import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OrqError } from '../../../src/protocol/errors.ts';
import { openStandIn } from '../stand-in.ts';
import { orqctl } from './run-orqctl.ts';
import { ENQUEUED } from './samples.ts';

test('says what is known of the message and what to do next, on one line', async () => {
  await using server = await openStandIn(() => ENQUEUED);
  const { exit, stdout, stderr } = await orqctl(['send', 'work:1', 'hello'], server);
  assert.equal(stdout, '42 queued for work:1 (state ready); look: orqctl show 42\n');
  assert.deepEqual({ exit, stderr }, { exit: 0, stderr: '' });
});

test('names every message that went to the agents of a project', async () => {
  const messages = [42, 43].map((id) => ({ id, agent: `shop:${id}`, state: 'ready' }));
  await using server = await openStandIn(() => ({ ...ENQUEUED, agent: '@shop', messages }));
  const { stdout } = await orqctl(['send', '@shop', 'hello'], server);
  assert.equal(stdout, '42, 43 queued for 2 agents of @shop\n');
  const waiting = await orqctl(['send', '@shop', 'hello', '--wait', 'seen'], server);
  assert.equal(waiting.exit, new OrqError('bad_request', '').exit);
});

test('turns each flag into its field of the wire', async () => {
  await using server = await openStandIn(() => ENQUEUED);
  const flags =
    '--priority -5 --from me --key k --project p --scope project --after 42,43 --on-dependency-failure wait --dependency-timeout 30m --delay 1h30m --ttl 2d --wake later --thread t --must-exist --no-spool';
  await orqctl(['send', 'work:1', 'hello', ...flags.split(' ')], server);
  await orqctl(['send', 'work:1', 'hello', '--at', '2030-01-31T09:00Z', '--key', 'k'], server);
  assert.deepEqual(server.asked[0]?.body, {
    agent: 'work:1',
    text: 'hello',
    priority: -5,
    from: 'me',
    idempotencyKey: 'k',
    project: 'p',
    scope: 'project',
    after: [{ id: 42 }, { id: 43 }],
    onDependencyFailure: 'wait',
    dependencyTimeoutMs: 1_800_000,
    delayMs: 5_400_000,
    ttlMs: 172_800_000,
    wake: 'later',
    threadId: 't',
    mustExist: true,
  });
  const atMs = Date.UTC(2030, 0, 31, 9);
  assert.deepEqual(server.asked[1]?.body, { agent: 'work:1', text: 'hello', atMs, idempotencyKey: 'k' });
});

test('prints the reply of the daemon as it came with --json, before or after the command', async () => {
  await using server = await openStandIn(() => ENQUEUED);
  const after = await orqctl(['send', 'work:1', 'hello', '--json'], server);
  const before = await orqctl(['--json', '--socket', server.socket, 'send', 'work:1', 'hello']);
  assert.deepEqual(JSON.parse(after.stdout), ENQUEUED);
  assert.equal(before.stdout, after.stdout);
});

test('always sends a key, another one each time', async () => {
  await using server = await openStandIn(() => ENQUEUED);
  await orqctl(['send', 'work:1', 'hello'], server);
  await orqctl(['send', 'work:1', 'hello'], server);
  const [first, second] = server.asked.map(({ body }) => body['idempotencyKey']);
  assert.equal(typeof first, 'string');
  assert.notEqual(first, second);
});

test('stores once when the connection breaks after the request: the same key goes a second time', async () => {
  let breaks = 1;
  await using server = await openStandIn((_, response) =>
    breaks-- > 0 ? void response.destroy() : ENQUEUED,
  );
  assert.equal((await orqctl(['send', 'work:1', 'hello'], server)).exit, 0);
  assert.equal(server.asked[0]?.body['idempotencyKey'], server.asked[1]?.body['idempotencyKey']);
});

test('reads standard input for -, without one line break at its end', async () => {
  await using server = await openStandIn(() => ENQUEUED);
  await orqctl(['send', 'work:1', '-'], { ...server, stdin: '\ufeffzwei\nÄ🚀\n\n' });
  assert.equal(server.asked[0]?.body['text'], '\ufeffzwei\nÄ🚀\n');
});

test('refuses standard input that is not UTF-8 or empty, and sends nothing', async () => {
  await using server = await openStandIn(() => ENQUEUED);
  for (const stdin of [Uint8Array.of(0x61, 0xff), Uint8Array.of(0xc3), '', '\n']) {
    const { exit, stdout, stderr } = await orqctl(['send', 'work:1', '-'], { ...server, stdin });
    assert.deepEqual({ exit, stdout }, { exit: 2, stdout: '' });
    assert.match(stderr, typeof stdin === 'string' ? /text is empty/ : /not valid UTF-8/);
  }
  assert.equal(server.asked.length, 0);
});

test('takes a text that begins with a dash after --', async () => {
  await using server = await openStandIn(() => ENQUEUED);
  await orqctl(['send', 'work:1', '--', '--json'], server);
  await orqctl(['send', '--priority', '5', 'work:1', '--', '-v'], server);
  assert.deepEqual(
    server.asked.map(({ body }) => body['text']),
    ['--json', '-v'],
  );
});

test('tells the pane and the session where no sender is named', async () => {
  await using server = await openStandIn(() => ENQUEUED);
  const env = { TMUX: '/tmp/tmux-1/default,9,0', TMUX_PANE: '%3', CLAUDE_CODE_SESSION_ID: 's-1' };
  await orqctl(['send', 'work:1', 'hello'], { ...server, env });
  await orqctl(['send', 'work:1', 'hello'], { ...server, env: { ...env, ORQ_AGENT: 'lead' } });
  const [pane, named] = server.asked;
  assert.equal(pane?.body['from'], undefined);
  assert.equal(pane?.headers['orq-tmux'], '%2Ftmp%2Ftmux-1%2Fdefault');
  assert.equal(pane?.headers['orq-pane'], '%253');
  assert.equal(pane?.headers['orq-session'], 's-1');
  assert.equal(named?.body['from'], 'lead');
  assert.equal(named?.headers['orq-pane'], undefined);
});

test('accepts an agent that nobody knows, and warns with the nearest name', async () => {
  const reply = { ...ENQUEUED, agent: 'wrok:1', agentKnown: false, nearest: 'work:1' };
  await using server = await openStandIn(() => reply);
  const { exit, stdout, stderr } = await orqctl(['send', 'wrok:1', 'hello'], server);
  assert.equal(exit, 0);
  assert.match(stdout, /^42 queued for wrok:1 /);
  assert.equal(
    stderr,
    'orqctl: no agent "wrok:1" is known yet; nearest: "work:1"; the message waits under that name\n',
  );
});

test('--must-exist turns an unknown agent into exit 3 with nothing on stdout', async () => {
  await using server = await openStandIn(() => {
    throw new OrqError('not_found', 'agent wrok:1: not known', { details: { nearest: 'work:1' } });
  });
  const { exit, stdout, stderr } = await orqctl(['send', 'wrok:1', 'hello', '--must-exist'], server);
  assert.deepEqual({ exit, stdout }, { exit: 3, stdout: '' });
  assert.equal(stderr, 'orqctl: agent wrok:1: not known\ntry: the nearest name is "work:1"\n');
});

test('says when the key had stored the message before', async () => {
  await using server = await openStandIn(() => ({ ...ENQUEUED, created: false, state: 'delivered' }));
  const { stdout } = await orqctl(['send', 'work:1', 'hello', '--key', 'k'], server);
  assert.match(stdout, /^42 was already queued for work:1 under this key \(state delivered\)/);
});

test('a time of day is the next one of this machine, and what is none is refused before anything is sent', async () => {
  await using server = await openStandIn(() => ENQUEUED);
  const env = { TZ: 'Pacific/Auckland' };
  const nowMs = Date.now();
  await orqctl(['send', 'work:1', 'x', '--at', '09:30'], { ...server, env });
  const atMs = server.asked[0]?.body['atMs'];
  assert.ok(typeof atMs === 'number' && atMs > nowMs && atMs <= Date.now() + 25 * 3_600_000);
  const parts = new Date(atMs).toLocaleTimeString('en-GB', { timeZone: 'Pacific/Auckland' });
  assert.equal(parts, '09:30:00');
  const { exit, stderr } = await orqctl(['send', 'work:1', 'x', '--at', '25:00'], { ...server, env });
  assert.equal(exit, 2);
  assert.match(stderr, /--at <time>.*'25:00'.* A day has the times 00:00 to 23:59\./);
  assert.equal(server.asked.length, 1);
});
