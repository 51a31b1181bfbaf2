/** Limits of restarts that tests vary. */
import type { RestartPolicy } from '../../src/protocol/restart.ts';

export const RESTART_POLICY: RestartPolicy = {
  isOn: true,
  limit: 3,
  windowMs: 600_000,
  backoffMs: 1_000,
  longestBackoffMs: 60_000,
  quietMs: 900_000,
  startsAtOnce: 1,
  staggerMs: 2_000,
  restartsHung: false,
};
