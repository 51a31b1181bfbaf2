/** The restart policy for all agents, from the settings. */
import type { RestartPolicy } from '../../src/protocol/restart.ts';
import type { Config } from '../config.ts';

/** Pauses between restarts double up to this; milliseconds. */
const LONGEST_BACKOFF_MS = 120_000;

export function policyOf(config: Config): RestartPolicy {
  return {
    isOn: config.autoRestart === 'on',
    limit: config.restartLimit,
    windowMs: config.restartWindowMs,
    backoffMs: config.restartBackoffMs,
    longestBackoffMs: Math.max(LONGEST_BACKOFF_MS, config.restartBackoffMs),
    quietMs: config.restartQuietMs,
    startsAtOnce: config.startsAtOnce,
    staggerMs: config.startStaggerMs,
    restartsHung: config.hungAction === 'restart',
  };
}
