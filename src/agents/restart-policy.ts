/**
 * Whether an agent is started again: by the cause, within limits that are counted from rows, so that they outlive daemon and host.
 *
 *   restart  the client died and nobody meant it to: again, after a pause that doubles, at most `limit` times in `windowMs`; then a hold
 *   leave    it was meant to end, or goes on by itself
 *   wait     the client lives and its service does not: a hold that ends by itself, for all agents together
 *   hold     starting again would fail again: a hold until a person or a turn that succeeds ends it
 */
import type { RestartCause, RestartPolicy, RestartVerdict } from '../protocol/restart.ts';

export type Treatment = 'restart' | 'leave' | 'wait' | 'hold';

export const TREATMENTS: Readonly<Record<RestartCause, Treatment>> = {
  crashed: 'restart',
  pane_lost: 'restart',
  server_lost: 'restart',
  rebooted: 'restart',
  clean_exit: 'leave',
  closed: 'leave',
  stopped: 'leave',
  requested: 'restart',
  output_limit: 'leave',
  hung: 'leave',
  rate_limit: 'wait',
  overloaded: 'wait',
  authentication: 'hold',
  billing: 'hold',
  permission: 'hold',
  disk: 'hold',
  memory: 'hold',
  request: 'hold',
  unknown: 'hold',
};

/** Troubles that agents have in common: they end for all when they end for one, and the others are let go one after the other. */
export const SHARED_CAUSES: ReadonlySet<RestartCause> = new Set([
  'rate_limit',
  'overloaded',
  'authentication',
  'billing',
]);

/** How long an agent whose service refuses is left alone; milliseconds. */
export const SERVICE_PAUSE_MS = 300_000;

export interface Hold {
  readonly reason: string;
  /** Null: until somebody ends it. */
  readonly untilMs: number | null;
}

export interface RestartFacts {
  readonly cause: RestartCause;
  /** The client's process is there. */
  readonly isAlive: boolean;
  /** When this agent was started again, since a person last let it go; ascending. */
  readonly restartsMs: readonly number[];
  readonly hold: Hold | null;
  /** The latest end of the holds of this host's agents by a service that refuses; null where there is none. */
  readonly serviceHoldUntilMs: number | null;
  readonly startsUnderWay: number;
}

/** `random` is in [0, 1). */
export function restartVerdict(
  facts: RestartFacts,
  policy: RestartPolicy,
  nowMs: number,
  random: number,
): RestartVerdict {
  const { cause, isAlive, hold, serviceHoldUntilMs } = facts;
  const isEnded = cause === 'hung' && !isAlive && policy.restartsHung;
  switch (isEnded ? 'restart' : TREATMENTS[cause]) {
    case 'leave':
      return nothing(LEFT[cause] ?? cause);
    case 'wait':
      return { kind: 'hold', reason: cause, untilMs: serviceHoldUntilMs ?? nowMs + SERVICE_PAUSE_MS };
    case 'hold':
      return { kind: 'hold', reason: cause, untilMs: null };
    case 'restart':
      if (isAlive) return nothing('the client lives');
      if (hold?.untilMs === null) return { kind: 'hold', ...hold };
      if (!policy.isOn) return nothing('automatic restart is off');
      if (hold && hold.untilMs > nowMs)
        return { kind: 'after', afterMs: hold.untilMs - nowMs, reason: hold.reason };
      return dueVerdict(facts, policy, nowMs, random);
  }
}

const LEFT: Partial<Record<RestartCause, string>> = {
  clean_exit: 'it was told to exit',
  closed: 'its window was closed',
  stopped: 'it was stopped',
  output_limit: 'the client lives',
  hung: 'reported only',
};

function dueVerdict(
  facts: RestartFacts,
  policy: RestartPolicy,
  nowMs: number,
  random: number,
): RestartVerdict {
  const { limit, windowMs } = policy;
  const inWindow = facts.restartsMs.filter((atMs) => atMs > nowMs - windowMs).length;
  if (inWindow >= limit)
    return { kind: 'hold', reason: `crash loop: ${limit} restarts in ${windowMs} ms`, untilMs: null };
  const attempts = attemptsInRow(facts.restartsMs, policy.quietMs, nowMs);
  const last = facts.restartsMs.at(-1);
  const pauseMs = backoff(attempts, policy, random);
  // What has lived for longer than its pause has waited it out.
  const afterMs = last === undefined ? 0 : Math.max(0, last + pauseMs - nowMs);
  if (afterMs > 0) return { kind: 'after', afterMs, reason: `restart ${attempts + 1} in a row` };
  if (facts.startsUnderWay >= policy.startsAtOnce)
    return { kind: 'after', afterMs: policy.staggerMs, reason: 'others are starting' };
  return { kind: 'restart' };
}

/** Restarts with less than a quiet period between one and the next, the last of them that recent too. */
export function attemptsInRow(restartsMs: readonly number[], quietMs: number, nowMs: number): number {
  let laterMs = nowMs;
  let attempts = 0;
  for (const atMs of restartsMs.toReversed()) {
    if (laterMs - atMs >= quietMs) break;
    laterMs = atMs;
    attempts += 1;
  }
  return attempts;
}

/** The pause before the restart that follows `attempts` others: doubling, with up to a quarter more by chance; milliseconds. */
export function backoff(
  attempts: number,
  { backoffMs, longestBackoffMs }: Pick<RestartPolicy, 'backoffMs' | 'longestBackoffMs'>,
  random: number,
): number {
  if (attempts === 0) return 0;
  const pauseMs = Math.min(backoffMs * 2 ** Math.min(attempts - 1, 40), longestBackoffMs);
  return Math.round(pauseMs * (1 + random / 4));
}

function nothing(reason: string): RestartVerdict {
  return { kind: 'nothing', reason };
}
