/** Wakes agents: asks the rule, climbs the ladder, remembers what was rung until the session shows an effect. */
import { setTimeout as sleep } from 'node:timers/promises';
import { bell } from '../../src/agents/bell.ts';
import { begun, held } from '../../src/agents/ringing.ts';
import { reachOf } from '../../src/agents/rungs.ts';
import { isCurrentHook } from '../../src/protocol/supported-client.ts';
import { ringVerdict, type Ringing, type RingVerdict } from '../../src/agents/wake.ts';
import type { AgentReach, BoundSession, WakeFacts } from '../../src/queue/registry.ts';
import type { Config } from '../config.ts';
import type { Services } from '../services.ts';
import { ringInbox } from './inbox.ts';
import type { Trigger } from './trigger.ts';

export interface Ringer extends AsyncDisposable {
  /** Rings the agent's session where the rule says so. Does not wait for keys that are typed. */
  consider(agent: string): Promise<void>;
  /** Why the agent is not rung now. */
  verdict(agent: string): Promise<RingVerdict>;
  /** The session showed that it is awake: rings begin anew. `proved`: it has seen a message. */
  settled(agent: string, proved: boolean): void;
  /** A prompt of the agent's session. */
  heard(agent: string, prompt: string): void;
  /** Nobody has this id any more: what is remembered of its rings goes. */
  forget(agent: string): void;
  /** The last ring that has shown no effect: rung, time, outcome, reason. */
  waitingOf(agent: string): Ringing | null;
}

type Parts = Pick<Services, 'store' | 'waiters' | 'push' | 'clock' | 'log' | 'newNonce' | 'metrics'> & {
  readonly trigger: Trigger;
  /** Read at each look. */
  readonly config: Pick<Config, 'silentMs' | 'coalesceMs' | 'rungs'>;
};

/** How long the end of the daemon waits for keys that are being typed; milliseconds. */
const LAST_KEYS_MS = 5_000;

interface Judged {
  readonly mode: WakeFacts['mode'];
  readonly session: BoundSession | null;
  readonly reach: AgentReach | null;
  readonly verdict: RingVerdict;
}

export function openRinger({
  store,
  waiters,
  push,
  clock,
  log,
  newNonce,
  metrics,
  trigger,
  config,
}: Parts): Ringer {
  const ringings = new Map<string, Ringing>();
  const past = new Map<string, { lastMs: number; fruitless: number }>();
  const later = new Map<string, NodeJS.Timeout>();
  const typings = new Set<Promise<void>>();
  const startedAtMs = clock.steadyMs();
  let ended = false;

  // Spans count on when the wall clock is set: times are kept as the steady clock says them.
  const onWall = (steadyMs: number): number => Math.round(clock.nowMs() - (clock.steadyMs() - steadyMs));
  const shown = (ringing: Ringing | null): Ringing | null =>
    ringing && { ...ringing, atMs: onWall(ringing.atMs) };

  async function judge(agent: string, ringing: Ringing | null): Promise<Judged> {
    const { mode, session, readyToWake, unproven, paused, hold } = await store.wakeFacts(agent);
    const reach = session && (readyToWake || unproven) ? await store.reachOf(agent) : null;
    const nowMs = clock.nowMs();
    const before = past.get(agent);
    const open =
      session && reach
        ? reachOf(
            { session, waiterParked: waiters.isParked(session), hasPane: reach.pane !== null, ...reach },
            { rungs: config.rungs, startedAtMs: onWall(startedAtMs) },
            nowMs,
          )
        : { rungs: [], moreAtMs: null };
    const facts = {
      mode,
      session,
      readyToWake,
      unproven,
      paused,
      hold,
      urgent: reach?.urgent ?? false,
      rungs: open.rungs,
      moreRungsAtMs: open.moreAtMs,
      oldHook: reach && !isCurrentHook(reach.hookVersion) ? reach.hookVersion : null,
      ringing: shown(ringing),
      past: before ? { ...before, lastMs: onWall(before.lastMs) } : null,
    };
    return { mode, session, reach, verdict: ringVerdict(facts, config, nowMs) };
  }

  async function consider(agent: string): Promise<void> {
    const before = ringings.get(agent) ?? null;
    const { mode, session, reach, verdict } = await judge(agent, before);
    if (mode === 'push') return push.consider(agent);
    // What was rung for went another way: the next mail begins at the first rung, not at the one after this ring's.
    if (session && !reach && before && before.outcome !== 'under_way' && ringings.get(agent) === before)
      ringings.delete(agent);
    if (!verdict.ring && verdict.code === 'rung_lately') considerAt(agent, verdict.nextTryMs ?? 0);
    // Whoever considered it at the same moment may have rung it: one ring is outstanding.
    if (ended || !session || !reach || !verdict.ring || (ringings.get(agent) ?? null) !== before) return;
    await climb(agent, session, reach, begun(before, verdict.rung, clock.steadyMs()));
  }

  async function climb(
    agent: string,
    session: BoundSession,
    reach: AgentReach,
    ringing: Ringing,
  ): Promise<void> {
    ringings.set(agent, ringing);
    const nonce = newNonce();
    if (ringing.rung === 'tmux') {
      const typing = type(agent, session, reach, ringing, nonce).finally(() => typings.delete(typing));
      typings.add(typing);
      return;
    }
    const line = bell(nonce);
    const isRung =
      ringing.rung === 'waiter'
        ? waiters.ring(session, line)
        : reach.inboxSocket !== null && (await ringInbox(reach.inboxSocket, line));
    if (isRung) return rang(agent, ringing, nonce);
    metrics.wakes.of(ringing.rung, 'failed').count += 1;
    if (become(agent, ringing, { ...ringing, outcome: 'failed' })) await consider(agent);
  }

  async function type(
    agent: string,
    session: BoundSession,
    reach: AgentReach,
    ringing: Ringing,
    nonce: string,
  ): Promise<void> {
    try {
      const typed = await trigger.pull(agent, session, reach, nonce);
      if (typed?.outcome === 'delivered') return rang(agent, ringing, nonce);
      const reason = typed?.reason ?? 'pane gone';
      metrics.wakes.of('tmux', 'held').count += 1;
      const isNew = become(agent, ringing, held(ringing, reason, clock.steadyMs()));
      if (isNew && typed?.outcome === 'typed_not_submitted')
        log.warn({ event: 'bell_unsent', agent, reason }, 'bell typed and not sent off');
      else if (isNew) log.info({ event: 'bell_held', agent, reason }, 'bell held back');
    } catch (error) {
      become(agent, ringing, held(ringing, 'typing failed', clock.steadyMs()));
      log.error({ event: 'ring_failed', err: error }, 'ring failed');
    }
  }

  /** False where an event settled it, or another ring replaced it. */
  function become(agent: string, from: Ringing, to: Ringing): boolean {
    if (ringings.get(agent) !== from) return false;
    ringings.set(agent, to);
    return true;
  }

  function rang(agent: string, ringing: Ringing, nonce: string): void {
    const { rung, round } = ringing;
    metrics.wakes.of(rung, 'rung').count += 1;
    past.set(agent, { lastMs: clock.steadyMs(), fruitless: (past.get(agent)?.fruitless ?? 0) + 1 });
    become(agent, ringing, { ...ringing, outcome: 'rung', atMs: clock.steadyMs(), holds: 0 });
    log.info({ event: 'agent_rung', agent, rung, nonce, times: round }, 'agent rung');
  }

  function considerAt(agent: string, atMs: number): void {
    if (later.has(agent)) return;
    const timer = setTimeout(
      () => {
        later.delete(agent);
        consider(agent).catch((error: unknown) =>
          log.error({ event: 'ring_failed', err: error }, 'ring failed'),
        );
      },
      Math.max(0, atMs - clock.nowMs()),
    );
    later.set(agent, timer);
  }

  return {
    consider,
    verdict: async (agent) => (await judge(agent, ringings.get(agent) ?? null)).verdict,
    waitingOf: (agent) => shown(ringings.get(agent) ?? null),
    heard: (agent, prompt) => trigger.heard(agent, prompt),
    settled: (agent, proved) => {
      const ringing = ringings.get(agent);
      if (ringing?.outcome === 'rung') metrics.wakes.of(ringing.rung, 'woken').count += 1;
      ringings.delete(agent);
      push.settled(agent);
      const rings = past.get(agent);
      if (rings && proved) past.set(agent, { ...rings, fruitless: 0 });
    },
    forget: (agent) => {
      clearTimeout(later.get(agent));
      for (const remembered of [ringings, past, later]) remembered.delete(agent);
      push.forget(agent);
    },
    [Symbol.asyncDispose]: async () => {
      ended = true;
      for (const timer of later.values()) clearTimeout(timer);
      await Promise.race([Promise.all(typings), sleep(LAST_KEYS_MS, undefined, { ref: false })]);
    },
  };
}
