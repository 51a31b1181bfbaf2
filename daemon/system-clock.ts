/** The real clock and event loop, which everything else gets passed in. */
import { randomBytes } from 'node:crypto';
import { NONCE_LENGTH } from '../src/queue/fence.ts';
import type { Clock } from '../src/queue/clock.ts';

export const monotonicMs = (): number => performance.now();

export const systemClock: Clock = { nowMs: () => Date.now(), steadyMs: monotonicMs };

export const eventLoop = {
  soon: (run: () => void): void => void setImmediate(run),
  later: (delayMs: number, run: () => void): void => void setTimeout(run, delayMs),
};

export const random = (): number => Math.random();

/** A number that nobody can guess, for fences, bells and confirmations. */
export const newNonce = (): string => randomBytes(NONCE_LENGTH / 2).toString('hex');
