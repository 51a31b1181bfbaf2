/** What keeps mail from an agent besides its own state, as the parts that found it tell. */
import type { Obstacle } from '../../src/agents/why.ts';
import { WAITING_REASONS, type WaitingCode } from '../../src/protocol/waiting.ts';

/** A part that knows of obstacles that last, and tells them when it is asked. */
export type ObstacleSource = (agent: string) => Promise<Obstacle | null>;

export interface Obstacles {
  /** Holds until the next hook of the agent, or until `clear`. The same code again keeps the time since when. */
  report(agent: string, obstacle: Obstacle): void;
  clear(agent: string, code: WaitingCode): void;
  /** A hook of the agent came: whatever was reported is over. */
  passed(agent: string): void;
  /** Of those that hold the first in the order of the table. */
  of(agent: string): Promise<Obstacle | null>;
}

const RANK = new Map(Object.keys(WAITING_REASONS).map((code, rank) => [code, rank]));

export function openObstacles(sources: readonly ObstacleSource[]): Obstacles {
  const reported = new Map<string, Map<WaitingCode, Obstacle>>();
  return {
    report: (agent, obstacle) => {
      const known = reported.get(agent) ?? new Map<WaitingCode, Obstacle>();
      reported.set(agent, known);
      const sinceMs = known.get(obstacle.code)?.sinceMs ?? obstacle.sinceMs;
      known.set(obstacle.code, { ...obstacle, sinceMs });
    },
    clear: (agent, code) => {
      const known = reported.get(agent);
      known?.delete(code);
      if (known?.size === 0) reported.delete(agent);
    },
    passed: (agent) => void reported.delete(agent),
    of: async (agent) => {
      const told = await Promise.all(sources.map((source) => source(agent)));
      const all = [...told.filter((obstacle) => obstacle !== null), ...(reported.get(agent)?.values() ?? [])];
      return all.toSorted((a, b) => (RANK.get(a.code) ?? 0) - (RANK.get(b.code) ?? 0))[0] ?? null;
    },
  };
}
