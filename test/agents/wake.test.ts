import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { begun, held } from '../../src/agents/ringing.ts';
import { RUNGS, type Rung } from '../../src/agents/rungs.ts';
import { ringVerdict, type RingFacts, type Ringing } from '../../src/agents/wake.ts';

const NOW_MS = 10_000_000;
const LIMITS = { silentMs: 60_000, coalesceMs: 250 };

const IDLE: RingFacts = {
  mode: 'pull',
  session: { state: 'idle', lastEvent: 'Stop', lastEventMs: NOW_MS - 5_000 },
  readyToWake: true,
  unproven: false,
  urgent: false,
  rungs: RUNGS,
  moreRungsAtMs: null,
  ringing: null,
  past: null,
};

const busy = { state: 'busy', lastEvent: 'PostToolBatch', lastEventMs: NOW_MS - 30_000 } as const;

function judge(more: Partial<RingFacts>, atMs = NOW_MS) {
  return ringVerdict({ ...IDLE, ...more }, LIMITS, atMs);
}

/** What is rung, and when, while the session does nothing at all. */
function climbed(facts: Partial<RingFacts>, untilMs: number, outcome: 'rung' | 'failed' | 'held' = 'rung') {
  const rings: { rung: Rung; atMs: number }[] = [];
  let ringing: Ringing | null = null;
  for (let atMs = NOW_MS; atMs < NOW_MS + untilMs; atMs += 500) {
    const verdict = judge({ ...facts, ringing }, atMs);
    if (!verdict.ring) continue;
    rings.push({ rung: verdict.rung, atMs: atMs - NOW_MS });
    const next = begun(ringing, verdict.rung, atMs);
    ringing = outcome === 'held' ? held(next, 'draft present', atMs) : { ...next, outcome };
  }
  return rings;
}

describe('a session with mail', () => {
  it('is rung at once when it is idle, and not while a ring is under way', () => {
    assert.deepEqual(judge({}), { ring: true, rung: 'waiter' });
    const ringing = begun(null, 'tmux', NOW_MS);
    assert.deepEqual(judge({ ringing }), { ring: false, code: 'being_woken', nextTryMs: null });
  });

  it('is rung by the next rung at each deadline, then by the first again, for ever slower', () => {
    assert.deepEqual(climbed({}, 60_000), [
      { rung: 'waiter', atMs: 0 },
      { rung: 'inbox', atMs: 5_000 },
      { rung: 'tmux', atMs: 10_000 },
      { rung: 'waiter', atMs: 20_000 },
      { rung: 'inbox', atMs: 25_000 },
      { rung: 'tmux', atMs: 30_000 },
      { rung: 'waiter', atMs: 50_000 },
      { rung: 'inbox', atMs: 55_000 },
    ]);
    const day = climbed({ rungs: ['waiter'] }, 24 * 3_600_000);
    assert.ok(day.length > 140 && day.length < 160, `${day.length} rings`);
  });

  it('is rung by the next rung at once where one reached nobody', () => {
    const ringing = { ...begun(null, 'waiter', NOW_MS), outcome: 'failed' as const };
    assert.deepEqual(judge({ ringing }), { ring: true, rung: 'inbox' });
    assert.ok(climbed({}, 600_000, 'failed').length < 25);
  });

  it('whose pane forbids typing says why, and is looked at again at most every 30 seconds', () => {
    const ringing = held(begun(null, 'tmux', NOW_MS), 'draft present', NOW_MS);
    assert.deepEqual(judge({ rungs: ['tmux'], ringing }), {
      ring: false,
      code: 'draft_present',
      nextTryMs: NOW_MS + 1_000,
    });
    const looks = climbed({ rungs: ['tmux'] }, 600_000, 'held');
    assert.ok(looks.length > 20 && looks.length < 30, `${looks.length} looks`);
  });

  it('inside a turn is rung when it has been silent for long', () => {
    assert.deepEqual(judge({ session: busy }), {
      ring: false,
      code: 'busy',
      nextTryMs: busy.lastEventMs + 60_000,
    });
    assert.ok(judge({ session: busy }, NOW_MS + 30_000).ring);
  });

  it('is rung once within a window, urgent mail aside', () => {
    const past = { lastMs: NOW_MS - 100, fruitless: 1 };
    assert.deepEqual(judge({ past }), { ring: false, code: 'rung_lately', nextTryMs: NOW_MS + 150 });
    assert.ok(judge({ past }, NOW_MS + 150).ring);
    assert.ok(judge({ past, urgent: true }).ring);
    // What the last ring was for has been seen: nothing is left that one ring could cover with it.
    assert.ok(judge({ past: { ...past, fruitless: 0 } }).ring);
  });

  it('that answers rings with events and proves nothing is rung ever more rarely, urgent or not', () => {
    let past: RingFacts['past'] = null;
    let rings = 0;
    for (let atMs = NOW_MS; atMs < NOW_MS + 3_600_000; atMs += 50) {
      if (!judge({ past, urgent: true }, atMs).ring) continue;
      rings += 1;
      past = { lastMs: atMs, fruitless: rings };
    }
    assert.ok(rings > 12 && rings < 25, `${rings} rings in an hour`);
  });

  it('that nothing reaches says so, and when a way opens', () => {
    const verdict = judge({ rungs: [], moreRungsAtMs: NOW_MS + 700 });
    assert.deepEqual(verdict, { ring: false, code: 'no_waiter', nextTryMs: NOW_MS + 700 });
  });

  it('is not rung for what rides with the next hook', () => {
    assert.ok(!judge({ readyToWake: false }).ring);
    assert.ok(judge({ readyToWake: false, unproven: true }).ring);
    assert.ok(!judge({ session: null }).ring);
  });
});

describe('a session whose turn failed, of an agent that is held', () => {
  const failed = { state: 'failed', lastEvent: 'StopFailure', lastEventMs: 0 } as const;
  const hold = { cause: 'rate_limit', untilMs: NOW_MS + 1 } as const;

  it('is rung for nothing before it is let go', () => {
    assert.deepEqual(judge({ session: failed, hold }), {
      ring: false,
      code: 'session_failed',
      detail: 'rate_limit',
      nextTryMs: hold.untilMs,
    });
    assert.equal(judge({ session: failed, hold: null }).ring, true);
  });

  it('is typed to neither, and shows why', () => {
    assert.deepEqual(judge({ mode: 'push', session: failed, hold }), {
      ring: false,
      code: 'session_failed',
      detail: 'rate_limit',
      nextTryMs: hold.untilMs,
    });
    assert.deepEqual(judge({ mode: 'push', hold }), { ring: false, code: 'being_typed', nextTryMs: null });
  });

  it('is rung where its trouble may have been that one turn', () => {
    assert.equal(judge({ session: failed, hold: { cause: 'unknown', untilMs: null } }).ring, true);
  });

  it('is rung where its turns succeed, whatever a notice said', () => {
    assert.equal(judge({ hold }).ring, true);
  });
});
