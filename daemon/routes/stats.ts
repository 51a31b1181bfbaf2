/** GET /v1/stats */
import { MIN_PRIORITY, PRIORITY_BANDS } from '../../src/protocol/message.ts';
import type { Counts, ReplyOf } from '../../src/protocol/schemas.ts';
import type { UrgentCount } from '../../src/queue/metric-store.ts';
import type { Distribution } from '../metrics/distribution.ts';
import { LABEL_GAP, type Family, type Metrics } from '../metrics/metrics.ts';
import type { Services } from '../services.ts';

type Stats = ReplyOf<'stats'>;

export async function stats({
  store,
  metrics,
  ringer,
}: Pick<Services, 'store' | 'metrics' | 'ringer'>): Promise<Stats> {
  const [counts, urgent, agents] = [await store.counts(), await store.urgentCounts(), await store.agents()];
  const heldBack = new Set(
    (await store.openRestarts()).flatMap(({ agent, outcome }) => (outcome === 'held' ? [agent] : [])),
  );
  const isHeld = (id: string): boolean => heldBack.has(id) || ringer.waitingOf(id)?.outcome === 'held';
  return {
    sinceMs: metrics.sinceMs,
    latency: { injected: spread(metrics.injected), seen: spread(metrics.seen) },
    hooks: Object.entries(metrics.hooks).map(([event, { took, failures }]) => ({
      event,
      failures: failures.count,
      took: spread(took),
    })),
    hookSuccess: successOf(metrics),
    commits: spread(metrics.commits),
    depth: depthOf(counts, urgent),
    deadLetters: counts.dead,
    heldAgents: agents.filter(({ id }) => isHeld(id)).length,
    restarts: await store.restartCounts(),
    compactions: labelled(metrics.compactions).map(({ labels: [agent = ''], count }) => ({ agent, count })),
    wakes: labelled(metrics.wakes).map(({ labels: [rung = '', outcome = ''], count }) => ({
      rung,
      outcome,
      count,
    })),
  };
}

function spread({ boundsMs, counts, sumMs }: Distribution): Stats['commits'] {
  return { boundsMs: [...boundsMs], counts: [...counts], count: sum(counts), sumMs };
}

function successOf({ hooks, missed, answers }: Metrics): Stats['hookSuccess'] {
  const answered = sum(Object.values(hooks).map(({ took }) => sum(took.counts)));
  const failed = sum(Object.values(hooks).map(({ failures }) => failures.count));
  const all = answered + failed + missed.count;
  return {
    answered,
    failed,
    missed: missed.count,
    rate: all === 0 ? null : answered / all,
    unconfirmed: answers.unconfirmed.count,
  };
}

/** What is above the normal band is counted; the rest of what waits is normal. */
function depthOf(counts: Counts, urgent: readonly UrgentCount[]): Stats['depth'] {
  const states = ['ready', 'scheduled', 'blocked', 'leased'] as const;
  return Object.entries(PRIORITY_BANDS).map(([band, least]) => {
    const waiting = states.map((state) => {
      const above = urgent.filter((each) => each.state === state);
      if (least !== MIN_PRIORITY)
        return [state, above.find(({ priority }) => priority === least)?.count ?? 0];
      return [state, counts[state] - sum(above.map(({ count }) => count))];
    });
    return { band, ...(Object.fromEntries(waiting) as Record<(typeof states)[number], number>) };
  });
}

function labelled({ cells }: Family): { labels: string[]; count: number }[] {
  return [...cells].map(([series, { count }]) => ({ labels: series.split(LABEL_GAP), count }));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
