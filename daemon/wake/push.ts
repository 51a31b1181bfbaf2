/** Push mode: types whole messages through the pane arbiter, one at a time for each agent, and writes down what it does before it does it. */
import { isHeld, isSilent, mayBeTypedTo } from '../../src/agents/wake.ts';
import { noncesIn, pushPauseMs, typedText, type Pushed } from '../../src/queue/push.ts';
import type { Caller } from '../../src/queue/exchange.ts';
import type { BoundSession } from '../../src/queue/registry.ts';
import { codeOfPane } from '../../src/protocol/waiting.ts';
import type { PaneArbiter, TypingOutcome } from '../pane/arbiter.ts';
import type { Config } from '../config.ts';
import type { Services } from '../services.ts';

export interface Push extends AsyncDisposable {
  /** Begins to type the agent's next message where it is in push mode and may be typed to; does not wait for the typing. */
  consider(agent: string): Promise<void>;
  /** A prompt is about to be processed: what was typed and stands in it is the session's now. Before the exchange of the event. */
  shown(prompt: string, caller: Caller, promptId: string | null): Promise<void>;
  /** A hook of the agent came: it is tried again at once. */
  settled(agent: string): void;
  /** Nobody has this id any more. */
  forget(agent: string): void;
}

type Parts = Pick<
  Services,
  'store' | 'obstacles' | 'clock' | 'log' | 'newNonce' | 'orqctl' | 'metrics' | 'owed'
> & {
  readonly arbiter: PaneArbiter;
  /** Read at each look. */
  readonly config: Pick<Config, 'silentMs'>;
};

const WITHDRAWN = 'message withdrawn';

/** How long the end of the daemon waits for what is being typed; milliseconds. */
const LAST_WORDS_MS = 3_000;

export function openPush(parts: Parts): Push {
  const { store, arbiter, obstacles, clock, log, newNonce, orqctl, metrics, owed, config } = parts;
  const active = new Map<string, Promise<void>>();
  const pauses = new Map<string, { times: number; untilSteadyMs: number }>();
  const awaited = new Map<string, () => void>();
  let ended = false;

  /** A reason to hold that only the daemon knows, or null: then the intent is on disk. */
  async function mayBegin(agent: string, push: Pushed): Promise<string | null> {
    const { session, mode, paused } = await store.wakeFacts(agent);
    if (paused) return 'paused';
    if (ended || mode !== 'push') return WITHDRAWN;
    if (session?.key !== push.session?.key) return 'agent busy';
    if (!mayBeTypedTo(session, config, clock.nowMs())) return 'agent busy';
    return (await store.pushBegin(push)) ? null : WITHDRAWN;
  }

  async function type(agent: string, push: Pushed, nonce: string): Promise<TypingOutcome> {
    const shown = push.session && new Promise<void>((resolve) => awaited.set(nonce, resolve));
    try {
      return await arbiter.type({
        target: push.target,
        process: push.session?.process ?? null,
        text: typedText(agent, push.message, nonce, orqctl),
        as: 'text',
        reasonToHold: () => mayBegin(agent, push),
        shown,
      });
    } finally {
      awaited.delete(nonce);
    }
  }

  function hold(agent: string, reason: string): void {
    // Nobody of that id is there any more where the typing is not under way for it.
    if (reason === WITHDRAWN || !active.has(agent)) return;
    const nowMs = clock.nowMs();
    const times = (pauses.get(agent)?.times ?? 0) + 1;
    const pauseMs = pushPauseMs(times);
    pauses.set(agent, { times, untilSteadyMs: clock.steadyMs() + pauseMs });
    obstacles.report(agent, { ...codeOfPane(reason), sinceMs: nowMs, nextTryMs: nowMs + pauseMs });
    log.debug({ event: 'push_held', agent, reason, times }, 'nothing typed');
  }

  async function deliver(agent: string, session: BoundSession | null): Promise<void> {
    const nonce = newNonce();
    const silent = session !== null && isSilent(session, config.silentMs, clock.nowMs());
    const choice = await store.pushNext(agent, nonce, silent);
    obstacles.passed(agent);
    if (choice.kind === 'none') return;
    if (choice.kind === 'no_pane') return hold(agent, 'no pane to type into');
    const { push } = choice;
    const { id } = push;
    const outcome = await type(agent, push, nonce).catch(async (error: unknown) => {
      hold(agent, 'typing failed');
      await owed.write(() => store.pushUnsent(push));
      throw error;
    });
    if (outcome.outcome === 'held') {
      hold(agent, outcome.reason);
      metrics.wakes.of('push', 'held').count += 1;
      return owed.write(() => store.pushHeld(push));
    }
    if (outcome.outcome === 'typed_not_submitted') {
      metrics.wakes.of('push', 'unsent').count += 1;
      log.warn({ event: 'push_unsent', agent, id, reason: outcome.reason }, 'typed and not sent off');
      return owed.write(() => store.pushUnsent(push));
    }
    metrics.wakes.of('push', 'typed').count += 1;
    pauses.delete(agent);
    log.info({ event: 'message_pushed', agent, id, proof: outcome.proof }, 'message typed');
    await owed.write(() => store.pushTaken(push));
  }

  return {
    consider: async (agent) => {
      if (ended || active.has(agent) || (pauses.get(agent)?.untilSteadyMs ?? 0) > clock.steadyMs()) return;
      const { mode, session, readyToWake, hold } = await store.wakeFacts(agent);
      if (
        mode !== 'push' ||
        !readyToWake ||
        isHeld({ session, hold }) ||
        !mayBeTypedTo(session, config, clock.nowMs())
      )
        return;
      if (active.has(agent)) return;
      const typing = deliver(agent, session)
        .catch((error: unknown) => log.error({ event: 'push_failed', agent, err: error }, 'push failed'))
        .finally(() => {
          if (active.get(agent) === typing) active.delete(agent);
        });
      active.set(agent, typing);
    },
    shown: async (prompt, caller, promptId) => {
      for (const nonce of noncesIn(prompt))
        if (await store.pushShown({ nonce, caller, promptId })) awaited.get(nonce)?.();
    },
    settled: (agent) => void pauses.delete(agent),
    forget: (agent) => {
      active.delete(agent);
      pauses.delete(agent);
    },
    [Symbol.asyncDispose]: async () => {
      ended = true;
      let timer: NodeJS.Timeout | undefined;
      const over = new Promise<void>((resolve) => (timer = setTimeout(resolve, LAST_WORDS_MS)));
      await Promise.race([Promise.all(active.values()), over]);
      clearTimeout(timer);
    },
  };
}
