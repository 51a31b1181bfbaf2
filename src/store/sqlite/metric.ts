/** The daemon's own figures, kept over restarts, and how many urgent messages wait. */
import type { KeptMetric, RestartCount, UrgentCount } from '../../queue/metric-store.ts';
import type { Database } from './database.ts';

/** As many rows as there are series. */
const SELECT_KEPT = `SELECT name, series, value FROM metric`;
const KEEP = `
  INSERT INTO metric (name, series, value) VALUES (@name, @series, @value)
    ON CONFLICT (name, series) DO UPDATE SET value = excluded.value`;

/** Walks message_urgent, which holds what waits above the normal band. */
const COUNT_URGENT = `
  SELECT CASE WHEN priority >= 100 THEN 100 WHEN priority >= 50 THEN 50 ELSE 10 END AS priority, state, count(*) AS count
    FROM message INDEXED BY message_urgent WHERE priority >= 10 AND ended_at_ms IS NULL GROUP BY 1, 2`;

/** Walks agent_restart: crashes are few. */
const COUNT_RESTARTS = `
  SELECT agent, cause, outcome, count(*) AS count FROM agent_restart GROUP BY agent, cause, outcome`;

export interface Metrics {
  kept(): KeptMetric[];
  keep(metrics: readonly KeptMetric[]): void;
  urgent(): UrgentCount[];
  restarts(): RestartCount[];
}

export function prepareMetrics(db: Database): Metrics {
  const select = db.prepare<[], { name: string; series: string; value: string }>(SELECT_KEPT);
  const keep = db.prepare<{ name: string; series: string; value: string }>(KEEP);
  const urgent = db.prepare<[], UrgentCount>(COUNT_URGENT);
  const restarts = db.prepare<[], RestartCount>(COUNT_RESTARTS);
  return {
    kept: () => select.all().map((row) => ({ ...row, value: JSON.parse(row.value) as number[] })),
    keep: (metrics) => {
      for (const { name, series, value } of metrics) keep.run({ name, series, value: JSON.stringify(value) });
    },
    urgent: () => urgent.all(),
    restarts: () => restarts.all(),
  };
}
