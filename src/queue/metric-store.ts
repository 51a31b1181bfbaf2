/** What the port keeps for the daemon's own figures. */
import type { MessageState } from '../protocol/message.ts';
import type { RestartCause, RestartOutcome } from '../protocol/restart.ts';

/** One series of a metric: numbers whose meaning is the daemon's. */
export interface KeptMetric {
  readonly name: string;
  readonly series: string;
  readonly value: readonly number[];
}

export interface UrgentCount {
  readonly priority: number;
  readonly state: MessageState;
  readonly count: number;
}

/** Restart accounting in figures: over the agents that are known. */
export interface RestartCount {
  readonly agent: string;
  readonly cause: RestartCause;
  readonly outcome: RestartOutcome;
  readonly count: number;
}

export interface MetricStore {
  /** What was kept last. */
  keptMetrics(): Promise<KeptMetric[]>;
  /** Replaces the series that are named; not durable before the next write that is. */
  keepMetrics(metrics: readonly KeptMetric[]): Promise<void>;
  /** Messages above the normal band that are not over, by the lowest priority of their band. */
  urgentCounts(): Promise<UrgentCount[]>;
  restartCounts(): Promise<RestartCount[]>;
}
