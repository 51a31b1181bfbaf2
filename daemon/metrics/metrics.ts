/**
 * What the daemon counts, in memory. Whoever counts holds its cell: a hook pays for an addition, not for a name. `rows` and `restore` keep all of
 * it over restarts; who is shown it, and how, is not known here.
 */
import { HOOK_EVENTS, type HookEventName } from '../../src/protocol/agent.ts';
import type { KeptMetric } from '../../src/queue/metric-store.ts';
import {
  addRow,
  emptyDistribution,
  LONG_BOUNDS_MS,
  rowOf,
  SHORT_BOUNDS_MS,
  type Distribution,
} from './distribution.ts';

export interface Cell {
  count: number;
}

export interface HookCells {
  /** Answered ones; a failure was answered with an error, and its client printed nothing. */
  readonly took: Distribution;
  readonly failures: Cell;
}

/** Counts by labels that come and go, none on the path of a hook. */
export interface Family {
  readonly cells: ReadonlyMap<string, Cell>;
  /** The cell of these labels, made at first use. */
  of(...labels: readonly string[]): Cell;
}

export interface Metrics {
  /** When counting began, over all restarts; epoch milliseconds. */
  readonly sinceMs: number;
  readonly injected: Distribution;
  readonly seen: Distribution;
  readonly commits: Distribution;
  readonly hooks: Readonly<Record<HookEventName, HookCells>>;
  /** Answers that hand out messages, those that were printed, and those of which nobody said so. */
  readonly answers: Readonly<Record<'given' | 'confirmed' | 'unconfirmed', Cell>>;
  /** Events whose client found no daemon. */
  readonly missed: Cell;
  /** By agent. */
  readonly compactions: Family;
  /** By rung and outcome. */
  readonly wakes: Family;
  rows(): KeptMetric[];
  /** Adds what an earlier life of the daemon kept. */
  restore(kept: readonly KeptMetric[]): void;
}

/** Between the labels of a series: no name holds it. */
export const LABEL_GAP = '\u001f';

export function openMetrics(nowMs: number): Metrics {
  const distributions = new Map<string, Distribution>();
  const cells = new Map<string, Cell>();
  const families = new Map<string, Family>();
  let sinceMs = nowMs;
  const distribution = (name: string, boundsMs: readonly number[], series = ''): Distribution => {
    const made = emptyDistribution(boundsMs);
    distributions.set(keyOf(name, series), made);
    return made;
  };
  const cell = (name: string, series = ''): Cell => {
    const made = { count: 0 };
    cells.set(keyOf(name, series), made);
    return made;
  };
  const family = (name: string): Family => {
    const made = new Map<string, Cell>();
    const of = (...labels: readonly string[]): Cell => {
      const series = labels.join(LABEL_GAP);
      const found = made.get(series) ?? { count: 0 };
      made.set(series, found);
      return found;
    };
    families.set(name, { cells: made, of });
    return { cells: made, of };
  };
  const hooks = Object.fromEntries(
    HOOK_EVENTS.map((event) => [
      event,
      {
        took: distribution('hook', SHORT_BOUNDS_MS, event),
        failures: cell('hook_failure', event),
      },
    ]),
  ) as Record<HookEventName, HookCells>;
  return {
    get sinceMs() {
      return sinceMs;
    },
    injected: distribution('injected', LONG_BOUNDS_MS),
    seen: distribution('seen', LONG_BOUNDS_MS),
    commits: distribution('commit', SHORT_BOUNDS_MS),
    hooks,
    answers: {
      given: cell('answer', 'given'),
      confirmed: cell('answer', 'confirmed'),
      unconfirmed: cell('answer', 'unconfirmed'),
    },
    missed: cell('missed'),
    compactions: family('compaction'),
    wakes: family('wake'),
    rows: () => [
      { name: 'since', series: '', value: [sinceMs] },
      ...[...distributions].map(([key, made]) => ({ ...nameOf(key), value: rowOf(made) })),
      ...[...cells].map(([key, { count }]) => ({ ...nameOf(key), value: [count] })),
      ...[...families].flatMap(([name, made]) =>
        [...made.cells].map(([series, { count }]) => ({ name, series, value: [count] })),
      ),
    ],
    restore: (kept) => {
      for (const { name, series, value } of kept) {
        const [first = 0] = value;
        const counted = cells.get(keyOf(name, series)) ?? families.get(name)?.of(series);
        const spread = distributions.get(keyOf(name, series));
        if (name === 'since') sinceMs = Math.min(sinceMs, first);
        else if (counted) counted.count += first;
        else if (spread) addRow(spread, value);
      }
    },
  };
}

function keyOf(name: string, series: string): string {
  return `${name}${LABEL_GAP}${series}`;
}

function nameOf(key: string): { name: string; series: string } {
  const [name = '', ...series] = key.split(LABEL_GAP);
  return { name, series: series.join(LABEL_GAP) };
}
