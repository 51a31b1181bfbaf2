/** Sessions that speak for nobody yet because the tmux server of their pane did not answer: an idle one sends no event that would ask again. */
import type { Caller } from '../../src/queue/exchange.ts';
import { callerOf } from './caller.ts';
import { exchangeEvent, type HookParts } from './exchange.ts';
import type { HookRequest } from './hook-request.ts';

export interface Undecided {
  /** A session of nobody's; of its hooks the newest is kept. */
  add(hook: HookRequest): void;
  /** Asks again about those that are idle and whose server answers now. */
  look(): Promise<void>;
}

export function openUndecided(parts: () => HookParts): Undecided {
  const hooks = new Map<string, HookRequest>();

  async function ask(key: string, hook: HookRequest): Promise<void> {
    const { store, tmux } = parts();
    const session = await store.sessionOf(callerOf(parts(), hook));
    if (session?.agent !== null) hooks.delete(key);
    // In a turn its next event asks.
    else if (session.state === 'idle' && hook.tmuxSocket !== null && tmux.answers(hook.tmuxSocket))
      // An event that changes nothing but who the session is, whatever else of it is heard at the same moment.
      await exchangeEvent(parts(), 'Notification', hook);
  }

  return {
    add: (hook) => {
      if (!hook.subagent) hooks.set(keyOf(callerOf(parts(), hook)), { ...hook, deadlineMs: 0 });
    },
    look: async () => {
      for (const [key, hook] of hooks)
        try {
          await ask(key, hook);
        } catch (error) {
          parts().log.error(
            { event: 'sweep_failed', err: error },
            'a session of nobody could not be asked about',
          );
        }
    },
  };
}

function keyOf({ sessionId, process }: Caller): string {
  return `${process?.pid ?? ''} ${sessionId}`;
}
