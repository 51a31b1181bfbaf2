/** The figures as Prometheus reads them: made from what `stats` answers, at each scrape. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Distribution } from '../../src/protocol/stats-schemas.ts';
import type { ReplyOf } from '../../src/protocol/schemas.ts';

type Labels = Record<string, string>;
type Series = readonly { readonly labels: Labels; readonly spread: Distribution }[];

interface Named {
  readonly name: string;
  readonly help: string;
}

/** A histogram whose observations were counted elsewhere. */
class CountedHistogram extends Histogram {
  readonly #named: Named;
  readonly #series: Series;

  constructor(named: Named, registry: Registry, series: Series) {
    super({ ...named, registers: [registry] });
    this.#named = named;
    this.#series = series;
  }

  /** What the registry renders. */
  async getForPromString(): Promise<object> {
    const { name, help } = this.#named;
    return {
      name,
      help,
      type: 'histogram',
      values: this.#series.flatMap((series) => valuesOf(name, series)),
    };
  }
}

function valuesOf(name: string, { labels, spread }: Series[number]) {
  const { boundsMs, counts, count, sumMs } = spread;
  let below = 0;
  const buckets = [...boundsMs.map((bound) => String(bound / 1000)), '+Inf'].map((le, at) => {
    below += counts[at] ?? 0;
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: below };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sumMs / 1000 },
    { metricName: `${name}_count`, labels, value: count },
  ];
}

export const METRICS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

export async function expositionOf(stats: ReplyOf<'stats'>): Promise<string> {
  const registry = new Registry();
  const histogram = (name: string, help: string, series: Series): void =>
    void new CountedHistogram({ name, help }, registry, series);
  const gauge = (name: string, help: string, series: readonly (readonly [Labels, number])[]): void => {
    const made = new Gauge({ name, help, labelNames: namesIn(series), registers: [registry] });
    for (const [labels, value] of series) made.set(labels, value);
  };
  const counter = (name: string, help: string, series: readonly (readonly [Labels, number])[]): void => {
    const made = new Counter({ name, help, labelNames: namesIn(series), registers: [registry] });
    for (const [labels, value] of series) made.inc(labels, value);
  };
  const { latency, hooks, hookSuccess, depth, compactions, wakes } = stats;
  histogram('orq_delivery_seconds', 'from the enqueue of a message to its receipt', [
    { labels: { receipt: 'injected' }, spread: latency.injected },
    { labels: { receipt: 'seen' }, spread: latency.seen },
  ]);
  histogram(
    'orq_hook_seconds',
    'how long the daemon took for the answer to a hook',
    hooks.map(({ event, took }) => ({ labels: { event }, spread: took })),
  );
  counter(
    'orq_hook_failures_total',
    'hooks that were answered with an error',
    hooks.map(({ event, failures }) => [{ event }, failures]),
  );
  counter('orq_hooks_missed_total', 'events whose client found no daemon', [[{}, hookSuccess.missed]]);
  counter('orq_answers_unconfirmed_total', 'answers with messages that nobody confirmed', [
    [{}, hookSuccess.unconfirmed],
  ]);
  histogram('orq_commit_seconds', 'how long a durable commit took', [{ labels: {}, spread: stats.commits }]);
  gauge(
    'orq_messages',
    'messages that are not over',
    depth.flatMap(({ band, ...states }) =>
      Object.entries(states).map(([state, count]) => [{ band, state }, count] as const),
    ),
  );
  gauge('orq_dead_letters', 'messages that were given up', [[{}, stats.deadLetters]]);
  gauge('orq_agents_held', 'agents that cannot be woken now, or are not started again', [
    [{}, stats.heldAgents],
  ]);
  gauge(
    'orq_restarts',
    'crashes, restarts, refusals and holds that are remembered',
    stats.restarts.map(({ agent, cause, outcome, count }) => [{ agent, cause, outcome }, count]),
  );
  counter(
    'orq_compactions_total',
    'compactions of sessions',
    compactions.map(({ agent, count }) => [{ agent }, count]),
  );
  counter(
    'orq_wakes_total',
    'rings of idle agents',
    wakes.map(({ rung, outcome, count }) => [{ rung, outcome }, count]),
  );
  return registry.metrics();
}

function namesIn(series: readonly (readonly [Labels, number])[]): string[] {
  return Object.keys(series[0]?.[0] ?? {});
}
