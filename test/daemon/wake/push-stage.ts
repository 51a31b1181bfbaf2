/** Push mode over the real store, with an arbiter that types into nothing and answers as the test says. */
import assert from 'node:assert/strict';
import { openMetrics } from '../../../daemon/metrics/metrics.ts';
import { openObstacles } from '../../../daemon/wake/obstacles.ts';
import { openPush } from '../../../daemon/wake/push.ts';
import { openOwed } from '../../../daemon/owed.ts';
import { openLogger } from '../../../daemon/logger.ts';
import type { TypingOutcome, TypingRequest } from '../../../daemon/pane/arbiter.ts';
import { openTestStore } from '../../support/store.ts';

type Typing = TypingRequest & { readonly answer: (outcome: TypingOutcome) => void };

export const TAKEN: TypingOutcome = { outcome: 'delivered', proof: 'screen' };
export const held = (reason: string): TypingOutcome => ({ outcome: 'held', reason });
export const PANE = { socket: '/tmp/tmux', serverStart: 7, pane: '%1', addresses: [] };

export async function openStage() {
  const store = openTestStore({ inMemory: true });
  await store.admit({ marked: null, given: 'a', proposed: 'a', pane: PANE, mayCreate: true });
  await store.setMode({ mode: 'push', agent: 'a' });
  const obstacles = openObstacles([]);
  const typings: Typing[] = [];
  const unanswered: ((outcome: TypingOutcome) => void)[] = [];
  let tell: (() => void) | undefined;
  let nonces = 0;
  const config = { silentMs: SILENT_MS };
  const metrics = openMetrics(0);
  const owed = openOwed({ log: openLogger('silent', false) });
  const push = openPush({
    store,
    metrics,
    owed,
    obstacles,
    clock: store.clock,
    log: openLogger('fatal', false),
    newNonce: () => String((nonces += 1)).padStart(16, '0'),
    orqctl: 'orqctl',
    config,
    arbiter: {
      type: (request) =>
        new Promise((answer) => {
          typings.push({ ...request, answer });
          unanswered.push(answer);
          tell?.();
        }),
    },
  });
  /** The next request for typing, as soon as it is there. */
  async function typing(): Promise<Typing> {
    if (typings.length === 0) await new Promise<void>((resolve) => (tell = resolve));
    const next = typings.shift();
    assert.ok(next);
    return next;
  }
  return {
    store,
    metrics,
    owed,
    push,
    config,
    obstacles,
    typings,
    typing,
    show: async (id: number) => (await store.show(id)).message,
    [Symbol.asyncDispose]: async () => {
      for (const answer of unanswered) answer(held('pane gone'));
      await push[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

export const SILENT_MS = 60_000;

/** Lets what was answered be written. */
export async function written(stage: Awaited<ReturnType<typeof openStage>>): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await stage.store.probe();
}
