/** The third rung: a bell typed into the agent's pane, by the pane arbiter. */
import { bell, isOnlyBell } from '../../src/agents/bell.ts';
import type { AgentReach, BoundSession } from '../../src/queue/registry.ts';
import type { QueueStore } from '../../src/queue/store.ts';
import type { PaneArbiter, TypingOutcome } from '../pane/arbiter.ts';

export interface Trigger {
  /** Null where the agent has no pane. */
  pull(agent: string, session: BoundSession, reach: AgentReach, nonce: string): Promise<TypingOutcome | null>;
  /** A prompt of the agent's session: one with a bell shows whose typing was taken. */
  heard(agent: string, prompt: string): void;
}

interface Parts {
  readonly store: Pick<QueueStore, 'wakeFacts'>;
  readonly arbiter: PaneArbiter;
}

export function openTrigger({ store, arbiter }: Parts): Trigger {
  const expected = new Map<string, { nonce: string; taken: () => void }>();
  return {
    heard: (agent, prompt) => {
      const typing = expected.get(agent);
      if (typing && (prompt.includes(typing.nonce) || isOnlyBell(prompt))) typing.taken();
    },
    pull: async (agent, session, { pane }, nonce) => {
      if (!pane) return null;
      const shown = new Promise<void>((taken) => expected.set(agent, { nonce, taken }));
      try {
        return await arbiter.type({
          target: pane,
          process: session.process,
          text: bell(nonce),
          as: 'text',
          // A narrow box breaks the line.
          isOurs: (draft) => isOnlyBell(draft.replaceAll(/\s+/g, ' ')),
          reasonToHold: async () => {
            const now = await store.wakeFacts(agent);
            if (now.paused) return 'paused';
            if (now.session?.key !== session.key) return 'agent offline';
            if (!now.readyToWake && !now.unproven) return 'rides with the next hook';
            return now.session.lastEventMs === session.lastEventMs ? null : 'agent busy';
          },
          shown,
        });
      } finally {
        expected.delete(agent);
      }
    },
  };
}
