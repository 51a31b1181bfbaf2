/** Wakes agents: asks the rule, rings the waiter, remembers what was rung until the session shows an effect. */
import { bell } from '../../src/agents/bell.ts';
import { ringVerdict, type RingVerdict } from '../../src/agents/wake.ts';
import type { Services } from '../services.ts';

export interface Ringer {
  /** Rings the agent's session where the rule says so. */
  consider(agent: string): Promise<void>;
  /** Why the agent is not rung now. */
  verdict(agent: string): Promise<RingVerdict>;
  /** The session showed that it is awake: rings begin anew. */
  settled(agent: string): void;
}

type Parts = Pick<Services, 'store' | 'waiters' | 'clock' | 'log' | 'newNonce'> & {
  readonly silentMs: number;
};

export function openRinger({ store, waiters, clock, log, newNonce, silentMs }: Parts): Ringer {
  const rings = new Map<string, { count: number; lastSteadyMs: number }>();

  async function judge(agent: string) {
    const { session, readyToWake, unproven, paused } = await store.wakeFacts(agent);
    const waiterParked = session !== null && waiters.isParked(session);
    const nowMs = clock.nowMs();
    const before = rings.get(agent);
    const rung = before && {
      count: before.count,
      lastMs: nowMs - (clock.steadyMs() - before.lastSteadyMs),
    };
    return {
      session,
      verdict: ringVerdict(
        { session, readyToWake, unproven, paused, waiterParked, rings: rung ?? null },
        { silentMs },
        nowMs,
      ),
    };
  }

  return {
    settled: (agent) => void rings.delete(agent),
    verdict: async (agent) => (await judge(agent)).verdict,
    consider: async (agent) => {
      const { session, verdict } = await judge(agent);
      if (!session || !verdict.ring) return;
      const nonce = newNonce();
      // Whoever considered it at the same moment may have rung this waiter already: what rang nobody is no ring.
      if (!waiters.ring(session, bell(nonce))) return;
      const times = (rings.get(agent)?.count ?? 0) + 1;
      rings.set(agent, { count: times, lastSteadyMs: clock.steadyMs() });
      log.info({ event: 'agent_rung', agent, nonce, times }, 'agent rung');
    },
  };
}
