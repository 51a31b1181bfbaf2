import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reachOf, RUNGS, type ReachFacts } from '../../src/agents/rungs.ts';

const NOW_MS = 1_000_000;

const EVERYTHING: ReachFacts = {
  session: { state: 'idle', lastEvent: 'Stop', lastEventMs: NOW_MS - 60_000, entrypoint: 'cli' },
  waiterParked: true,
  hasPane: true,
  inboxSocket: '/tmp/in.sock',
  permissionMode: 'default',
  mode: 'pull',
};

function rungs(more: Partial<ReachFacts>, enabled: typeof RUNGS | readonly [] = RUNGS) {
  return reachOf({ ...EVERYTHING, ...more }, { rungs: enabled, startedAtMs: 0 }, NOW_MS).rungs;
}

describe('a session', () => {
  it('is reached by its waiter, its inbox and its pane, in this order, as far as the settings let them', () => {
    assert.deepEqual(rungs({}), ['waiter', 'inbox', 'tmux']);
    assert.deepEqual(rungs({}, []), []);
    assert.deepEqual(rungs({ waiterParked: false }), ['inbox', 'tmux']);
  });

  it('is not written to where its mode is unknown or bypasses permissions', () => {
    for (const permissionMode of [null, 'bypassPermissions'])
      assert.deepEqual(rungs({ permissionMode }), ['waiter', 'tmux']);
  });

  it('gets no bell typed in push mode, or without a pane', () => {
    assert.deepEqual(rungs({ mode: 'push' }), ['waiter', 'inbox']);
    assert.deepEqual(rungs({ hasPane: false }), ['waiter', 'inbox']);
  });

  it('is left to its waiter behind a dialog and while it compacts', () => {
    for (const state of ['needs_human', 'compacting'] as const)
      assert.deepEqual(rungs({ session: { ...EVERYTHING.session, state } }), ['waiter']);
  });

  it('that did something a moment ago may be about to park a waiter', () => {
    const session = { ...EVERYTHING.session, lastEventMs: NOW_MS - 500 };
    const facts = { ...EVERYTHING, session, waiterParked: false };
    const limits = { rungs: RUNGS, startedAtMs: 0 };
    assert.deepEqual(reachOf(facts, limits, NOW_MS), { rungs: [], moreAtMs: NOW_MS + 1_500 });
    assert.deepEqual(reachOf(facts, limits, NOW_MS + 1_500).rungs, ['inbox', 'tmux']);
    const restarted = reachOf(facts, { ...limits, startedAtMs: NOW_MS }, NOW_MS + 1_500);
    assert.deepEqual(restarted, { rungs: [], moreAtMs: NOW_MS + 5_000 });
    const without = { rungs: ['tmux'] as const, startedAtMs: NOW_MS };
    assert.deepEqual(reachOf(facts, without, NOW_MS).rungs, ['tmux']);
  });
});
