import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReplyOf } from '../../../client/index.ts';
import { WAITING_REASONS } from '../../../src/protocol/waiting.ts';
import { openStandIn } from '../stand-in.ts';
import { orqctl } from './run-orqctl.ts';
import { AGENT } from './samples.ts';

const MINUTE = 60_000;

function told(reason: string, more: Partial<ReplyOf<'why'>> = {}): ReplyOf<'why'> {
  const nowMs = Date.now();
  const waiting = { reason, sinceMs: nowMs - 5 * MINUTE - 500, nextTryMs: nowMs + MINUTE + 500 };
  const message = {
    id: 42,
    state: 'ready',
    priority: 7,
    from: 'lead',
    enqueuedAtMs: nowMs,
    endedAtMs: null,
    reason: null,
    waiting,
  } as const;
  return { address: 'work:1', agent: AGENT, waits: [message], more: false, ...more };
}

test('why says of a message why it waits, since when, what is next and what can be done', async () => {
  await using server = await openStandIn(() => told('draft present'));
  const { stdout } = await orqctl(['why', '42'], server);
  assert.equal(server.asked[0]?.path, '/v1/why?id=42');
  assert.match(
    stdout,
    /^message 42 to work:1, priority 7: ready\n {2}why: draft present, since 5m ago: a half-typed line/,
  );
  assert.match(
    stdout,
    /\n {2}next: it is tried again.* \(in 1m\)\n {2}you can: send the line off, or delete it\n$/,
  );
});

test('why has words for every reason, and says one that it does not know as it came', async () => {
  for (const reason of [...Object.values(WAITING_REASONS), 'a reason of tomorrow']) {
    await using server = await openStandIn(() => told(reason));
    const { exit, stdout } = await orqctl(['why', '42'], server);
    assert.equal(exit, 0);
    assert.ok(stdout.includes(reason), reason);
    assert.equal(stdout.includes('next: '), reason !== 'a reason of tomorrow', reason);
  }
});

test('why of an agent tells its state and each message; a number is an agent where --agent says so', async () => {
  await using server = await openStandIn(() => told('agent busy', { more: true }));
  const { stdout } = await orqctl(['why', 'work:1'], server);
  assert.match(
    stdout,
    /^agent work:1 is idle\nmessage 42 .*\n {2}why: agent busy[^]*\nand more: orqctl list --agent work:1\n$/,
  );
  await orqctl(['why', '7', '--agent'], server);
  assert.deepEqual(
    server.asked.map(({ path }) => path),
    ['/v1/why?agent=work%3A1', '/v1/why?agent=7'],
  );
});

test('why of an agent without mail says so, and what would keep mail away', async () => {
  const agent = { ...AGENT, waiting: { reason: 'paused', sinceMs: Date.now(), nextTryMs: null } };
  await using server = await openStandIn(() => told('', { agent, waits: [] }));
  const { stdout } = await orqctl(['why', 'work:1'], server);
  assert.match(stdout, /nothing waits for it\n {2}why: paused[^]*you can: orqctl agent resume work:1\n$/);
});

test('why of a message that is over says so, and how a dead one can be redriven', async () => {
  const [message] = told('').waits;
  assert.ok(message);
  const dead = {
    ...message,
    state: 'dead',
    waiting: null,
    reason: 'expired',
    endedAtMs: Date.now() - MINUTE,
  } as const;
  await using server = await openStandIn(() => told('', { waits: [dead] }));
  const { stdout } = await orqctl(['why', '42'], server);
  assert.match(
    stdout,
    /waits for nothing: given up, 1m ago: expired\n {2}you can: orqctl dead redrive 42\n$/,
  );
});
