import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expositionOf } from '../../../daemon/metrics/exposition.ts';

const SPREAD = { boundsMs: [1, 5, 1000], counts: [8, 0, 1, 1], count: 10, sumMs: 2_345 };

test('every figure of stats is a series for Prometheus, in seconds', async () => {
  const text = await expositionOf({
    sinceMs: 1,
    latency: { injected: SPREAD, seen: SPREAD },
    hooks: [{ event: 'Stop', failures: 2, took: SPREAD }],
    hookSuccess: { answered: 10, failed: 2, missed: 4, rate: 0.625, unconfirmed: 1 },
    commits: SPREAD,
    depth: [{ band: 'critical', ready: 3, scheduled: 0, blocked: 1, leased: 2 }],
    deadLetters: 5,
    heldAgents: 6,
    compactions: [{ agent: 'a', count: 7 }],
    restarts: [{ agent: 'a', cause: 'crashed', outcome: 'restarted', count: 8 }],
    wakes: [{ rung: 'waiter', outcome: 'woken', count: 9 }],
  });
  for (const line of [
    'orq_delivery_seconds_bucket{receipt="injected",le="0.001"} 8',
    'orq_delivery_seconds_bucket{receipt="seen",le="+Inf"} 10',
    'orq_delivery_seconds_sum{receipt="seen"} 2.345',
    'orq_hook_seconds_count{event="Stop"} 10',
    'orq_hook_failures_total{event="Stop"} 2',
    'orq_hooks_missed_total 4',
    'orq_answers_unconfirmed_total 1',
    'orq_commit_seconds_bucket{le="1"} 9',
    'orq_messages{band="critical",state="leased"} 2',
    'orq_dead_letters 5',
    'orq_agents_held 6',
    'orq_compactions_total{agent="a"} 7',
    'orq_restarts{agent="a",cause="crashed",outcome="restarted"} 8',
    'orq_wakes_total{rung="waiter",outcome="woken"} 9',
  ])
    assert.ok(text.split('\n').includes(line), `${line} is not in\n${text}`);
});
