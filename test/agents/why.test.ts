import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitingOf, waitingOfAgent, type Reachability, type WaitingMessage } from '../../src/agents/why.ts';
import { HELD } from '../../src/pane/held.ts';
import { WAITING_REASONS, waitingCode, type WaitingCode } from '../../src/protocol/waiting.ts';

const READY: WaitingMessage = {
  state: 'ready',
  enqueuedAtMs: 1_000,
  readyAtMs: 2_000,
  lease: null,
  waiting: null,
};
const LEASE: NonNullable<WaitingMessage['lease']> = {
  token: 1,
  sinceMs: 3_000,
  untilMs: null,
  session: 's',
  event: 'Stop',
  injected: false,
  partsLeft: null,
};
const BUSY: Reachability = { verdict: { ring: false, code: 'busy', nextTryMs: 9_000 }, obstacle: null };

test('a ready message waits for what its agent is at, since it is ready', () => {
  assert.deepEqual(waitingOf(READY, BUSY), { reason: 'agent busy', sinceMs: 2_000, nextTryMs: 9_000 });
  const woken = waitingOf(READY, { verdict: { ring: true, rung: 'waiter' }, obstacle: null });
  assert.deepEqual(woken, { reason: 'being woken', sinceMs: 2_000, nextTryMs: null });
});

test('an obstacle is told before the state of the agent, since both it and the message are there', () => {
  const obstacle = { code: 'paused', detail: 'by an operator', sinceMs: 5_000, nextTryMs: null } as const;
  const expected = { reason: 'paused: by an operator', sinceMs: 5_000, nextTryMs: null };
  assert.deepEqual(waitingOf(READY, { ...BUSY, obstacle }), expected);
  const older = { ...BUSY, obstacle: { ...obstacle, sinceMs: 0 } };
  assert.equal(waitingOf(READY, older)?.sinceMs, 2_000);
});

test('a leased message says how far its handing out has come', () => {
  const leased = (lease: Partial<typeof LEASE>) =>
    waitingOf({ ...READY, state: 'leased', lease: { ...LEASE, ...lease } }, undefined);
  assert.deepEqual(leased({}), { reason: 'being handed out', sinceMs: 3_000, nextTryMs: null });
  assert.equal(leased({ injected: true })?.reason, 'injected, not proven seen yet');
  assert.equal(leased({ injected: true, partsLeft: 2 })?.reason, 'given in parts, more to come');
  assert.deepEqual(leased({ untilMs: 7_000 }), {
    reason: 'held by a consumer',
    sinceMs: 3_000,
    nextTryMs: 7_000,
  });
});

test('a scheduled message waits for its time, or for the cap that put it off; a blocked one as the store says', () => {
  const scheduled = { ...READY, state: 'scheduled' } as const;
  assert.deepEqual(waitingOf(scheduled, undefined), {
    reason: 'scheduled',
    sinceMs: 1_000,
    nextTryMs: 2_000,
  });
  assert.equal(
    waitingOf({ ...scheduled, held: 'held back: too many' }, undefined)?.reason,
    'held back: too many',
  );
  const waiting = { reason: 'blocked: after message 7 (ready)', sinceMs: 1, nextTryMs: null };
  assert.deepEqual(waitingOf({ ...READY, state: 'blocked', waiting }, undefined), waiting);
});

test('what is over waits for nothing', () => {
  for (const state of ['delivered', 'dead', 'cancelled'] as const)
    assert.equal(waitingOf({ ...READY, state }, BUSY), null);
});

test('an agent without mail shows what would keep mail away, and nothing else', () => {
  assert.equal(waitingOfAgent(BUSY, null), null);
  const obstacle = { code: 'no_hooks', sinceMs: 5_000, nextTryMs: null } as const;
  assert.equal(waitingOfAgent({ ...BUSY, obstacle }, null)?.reason, 'no hooks seen');
  assert.equal(waitingOfAgent(BUSY, 4_000)?.sinceMs, 4_000);
});

test('every reason is known again by its phrase, with a fact behind it or without', () => {
  for (const [code, phrase] of Object.entries(WAITING_REASONS)) {
    assert.equal(waitingCode(phrase), code);
    assert.equal(waitingCode(`${phrase}: more`), code);
    assert.equal(waitingCode(`${phrase}s`), undefined);
  }
  assert.equal(waitingCode('blocked: after messages 1 (ready), 2 (dead)'), 'blocked_after');
  assert.equal(waitingCode('blocked: behind messages 1, 2 in the global order'), 'blocked_behind');
});

test('what a pane says of a dialog, a draft, a human or a turn is said of messages in the same words', () => {
  const same: readonly [string, WaitingCode][] = [
    [HELD.dialog, 'dialog_open'],
    [HELD.draft, 'draft_present'],
    [HELD.humanTyping, 'human_typing'],
    [HELD.turnRunning, 'busy'],
  ];
  for (const [held, code] of same) assert.equal(waitingCode(held), code);
});
