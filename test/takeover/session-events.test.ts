import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeEvents } from '../../src/takeover/session-events.ts';

const NOW_MS = Date.UTC(2026, 0, 1);
const context = {
  sessions: [],
  isKnown: (agent: string) => agent === 'p:0' || agent === 'q:1',
  fingerprint: () => 'f',
  nowMs: NOW_MS,
};
const row = (id: number, more: object = {}) => ({
  id,
  agent: 'p:0',
  type: 'session_end',
  reason: 'session_end',
  at: '2025-08-30 12:00:00',
  details: null,
  ...more,
});

test('each reason of an end has its cause, what failed is told as failed, and details are JSON', () => {
  const reasons = [
    'session_end',
    'error',
    'timeout',
    'manual',
    'credits_exhausted',
    'restart_failed',
    'odd',
    null,
  ];
  const { agents } = takeEvents(
    reasons.map((reason, id) => row(id, { reason, details: id === 1 ? `{'code': None}` : 'not a dict(' })),
    context,
  );
  assert.deepEqual(
    agents[0]?.events.map(({ cause, outcome, detail }) => [cause, outcome, detail]),
    [
      ['clean_exit', 'none', 'not a dict('],
      ['crashed', 'none', '{"code":null}'],
      ['hung', 'none', 'not a dict('],
      ['stopped', 'none', 'not a dict('],
      ['billing', 'none', 'not a dict('],
      ['unknown', 'failed', 'restart_failed: not a dict('],
      ['unknown', 'none', 'odd: not a dict('],
      ['unknown', 'none', 'not a dict('],
    ],
  );
});

test('both old names of an agent are one, times are kept, none lies ahead', () => {
  const { agents } = takeEvents(
    [row(1, { agent: 'p', at: '2999-01-01' }), row(2), row(3, { at: 'never' })],
    context,
  );
  assert.deepEqual(
    agents.map(({ events }) => events.map(({ atMs }) => atMs)),
    [[Date.UTC(2025, 7, 30, 12), NOW_MS, NOW_MS]],
  );
});

test('those of nobody, of agents that nothing else speaks of, and the oldest of a flood are left out, and counted', () => {
  const flood = Array.from({ length: 503 }, (_, id) => row(id, { agent: 'q:1', at: id + 1 }));
  const { agents, warnings } = takeEvents(
    [...flood, row(600, { agent: ':' }), row(601, { agent: null }), row(602, { agent: 'gone:4' })],
    context,
  );
  assert.deepEqual([agents.length, agents[0]?.events.length, agents[0]?.events[0]?.atMs], [1, 500, 4000]);
  assert.match(
    warnings.join('\n'),
    /^3 ends of .* nothing else speaks of.*\n3 ends of .* older than the last 500/,
  );
});
