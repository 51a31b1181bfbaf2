/** How often the old system restarted its agents, from its history file. */
import { agentMeant, type LegacySession } from './legacy-agent.ts';
import { legacyTime } from './legacy-time.ts';

export interface LegacyRestarts {
  readonly agent: string;
  /** Since the last success. */
  readonly attempts: number;
  readonly successes: number;
  readonly failures: number;
  readonly lastAtMs: number | null;
}

const count = (value: unknown): number => (typeof value === 'number' && value > 0 ? Math.floor(value) : 0);

/** Null where it is no such file. */
export function readRestartHistory(
  parsed: unknown,
  sessions: readonly LegacySession[],
): LegacyRestarts[] | null {
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
  return Object.entries(parsed).flatMap(([old, value]: [string, unknown]) => {
    const meant = agentMeant(old, sessions);
    if (!meant || typeof value !== 'object' || value === null) return [];
    const { attempts, successes, failures, last_attempt: last } = value as Record<string, unknown>;
    const lastAtMs = typeof last === 'string' || typeof last === 'number' ? (legacyTime(last) ?? null) : null;
    return [
      {
        agent: meant.agent,
        attempts: count(attempts),
        successes: count(successes),
        failures: count(failures),
        lastAtMs,
      },
    ];
  });
}
