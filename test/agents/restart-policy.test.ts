import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import {
  attemptsInRow,
  backoff,
  restartVerdict,
  TREATMENTS,
  type RestartFacts,
} from '../../src/agents/restart-policy.ts';
import { RESTART_CAUSES, type RestartPolicy } from '../../src/protocol/restart.ts';
import { RESTART_POLICY } from '../support/restart-policy.ts';

const POLICY: RestartPolicy = { ...RESTART_POLICY, limit: 5, startsAtOnce: 2, staggerMs: 3_000 };
const NOW = 1_900_000_000_000;
const FACTS: RestartFacts = {
  cause: 'crashed',
  isAlive: false,
  restartsMs: [],
  hold: null,
  serviceHoldUntilMs: null,
  startsUnderWay: 0,
};
const verdict = (facts: Partial<RestartFacts>, policy: Partial<RestartPolicy> = {}, random = 0) =>
  restartVerdict({ ...FACTS, ...facts }, { ...POLICY, ...policy }, NOW, random);

const policies = fc.record({
  isOn: fc.constant(true),
  limit: fc.integer({ min: 1, max: 8 }),
  windowMs: fc.integer({ min: 1_000, max: 3_600_000 }),
  backoffMs: fc.integer({ min: 1, max: 10_000 }),
  longestBackoffMs: fc.integer({ min: 10_000, max: 120_000 }),
  quietMs: fc.integer({ min: 1_000, max: 3_600_000 }),
  startsAtOnce: fc.constant(1),
  staggerMs: fc.constant(1_000),
  restartsHung: fc.boolean(),
});

test('an agent that crashes for the first time is started again at once', () => {
  for (const cause of ['crashed', 'pane_lost', 'server_lost', 'rebooted'] as const)
    assert.deepEqual(verdict({ cause }), { kind: 'restart' }, cause);
});

test('what was meant to end, or goes on by itself, is left alone', () => {
  for (const cause of RESTART_CAUSES.filter((each) => TREATMENTS[each] === 'leave'))
    assert.equal(verdict({ cause }).kind, 'nothing', cause);
});

test('a living client is never started again, whatever is said of it', () => {
  for (const cause of RESTART_CAUSES)
    assert.ok(!['restart', 'after'].includes(verdict({ cause, isAlive: true }).kind), cause);
});

test('a problem that a restart cannot mend is held, also where it is of a kind that nobody knows', () => {
  for (const cause of ['authentication', 'billing', 'permission', 'disk', 'memory', 'unknown'] as const)
    assert.deepEqual(verdict({ cause }), { kind: 'hold', reason: cause, untilMs: null });
});

test('a service that refuses is one hold with one end for all agents of the host', () => {
  const first = verdict({ cause: 'rate_limit', isAlive: true });
  assert.ok(first.kind === 'hold' && first.untilMs !== null && first.untilMs > NOW);
  const second = verdict({ cause: 'overloaded', isAlive: true, serviceHoldUntilMs: NOW + 7 });
  assert.deepEqual(second, { kind: 'hold', reason: 'overloaded', untilMs: NOW + 7 });
});

test('a hold outlives the death of its client, and one with an end delays the restart until then', () => {
  const hold = { reason: 'authentication', untilMs: null };
  assert.deepEqual(verdict({ hold }), { kind: 'hold', ...hold });
  assert.deepEqual(verdict({ hold: { reason: 'rate_limit', untilMs: NOW + 5 } }), {
    kind: 'after',
    afterMs: 5,
    reason: 'rate_limit',
  });
  assert.equal(verdict({ hold: { reason: 'rate_limit', untilMs: NOW } }).kind, 'restart');
});

test('nothing is started where automatic restart is off', () => {
  assert.deepEqual(verdict({}, { isOn: false }), { kind: 'nothing', reason: 'automatic restart is off' });
});

test('a host starts only so many at once; the rest stands back', () => {
  assert.deepEqual(verdict({ startsUnderWay: 1 }), { kind: 'restart' });
  const stood = verdict({ startsUnderWay: 2 });
  assert.deepEqual([stood.kind, 'afterMs' in stood && stood.afterMs], ['after', POLICY.staggerMs]);
});

test('however it crashes, no window holds more restarts than the limit', () => {
  fc.assert(
    fc.property(
      policies,
      fc.array(
        fc.record({
          livesMs: fc.integer({ min: 0, max: 400_000 }),
          random: fc.double({ min: 0, max: 0.999, noNaN: true }),
        }),
        {
          maxLength: 40,
        },
      ),
      (policy, lives) => {
        let nowMs = NOW;
        const restartsMs: number[] = [];
        for (const { livesMs, random } of lives) {
          nowMs += livesMs;
          let decided = restartVerdict({ ...FACTS, restartsMs }, policy, nowMs, random);
          if (decided.kind === 'after') {
            nowMs += decided.afterMs;
            decided = restartVerdict({ ...FACTS, restartsMs }, policy, nowMs, random);
            assert.notEqual(decided.kind, 'after', 'a pause that was waited out is over');
          }
          if (decided.kind === 'hold') {
            assert.match(decided.reason, /^crash loop/);
            assert.equal(decided.untilMs, null);
            continue;
          }
          restartsMs.push(nowMs);
        }
        for (const atMs of restartsMs) {
          const inWindow = restartsMs.filter((other) => other <= atMs && other > atMs - policy.windowMs);
          assert.ok(inWindow.length <= policy.limit);
        }
      },
    ),
  );
});

test('pauses never shrink from one restart to the next, and never pass the longest by more than chance', () => {
  fc.assert(
    fc.property(
      policies,
      fc.integer({ min: 0, max: 200 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (policy, attempts, random) => {
        const [one, next] = [backoff(attempts, policy, random), backoff(attempts + 1, policy, random)];
        assert.ok(next >= one && next <= policy.longestBackoffMs * 1.25 + 1);
        assert.ok(one >= backoff(attempts, policy, 0));
      },
    ),
  );
});

test('a quiet period ends the row of attempts, and the next crash is met at once', () => {
  const { quietMs } = POLICY;
  assert.equal(attemptsInRow([NOW - 30, NOW - 20, NOW - 10], quietMs, NOW), 3);
  assert.equal(attemptsInRow([NOW - quietMs - 10, NOW - 10], quietMs, NOW), 1);
  assert.deepEqual(verdict({ restartsMs: [NOW - quietMs] }), { kind: 'restart' });
  const soon = verdict({ restartsMs: [NOW - 10] });
  assert.ok(soon.kind === 'after' && soon.afterMs === POLICY.backoffMs - 10);
});

test('a client that hangs is only reported while it lives, and started again once it was ended for it', () => {
  for (const restartsHung of [false, true])
    assert.equal(verdict({ cause: 'hung', isAlive: true }, { restartsHung }).kind, 'nothing');
  assert.equal(verdict({ cause: 'hung' }, { restartsHung: false }).kind, 'nothing');
  assert.equal(verdict({ cause: 'hung' }, { restartsHung: true }).kind, 'restart');
});
