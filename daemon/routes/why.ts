/** GET /v1/why */
import { OrqError } from '../../src/protocol/errors.ts';
import type { MessageState } from '../../src/protocol/message.ts';
import type { Message, ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import { agentFrom, type AgentParts } from './agents.ts';
import { withWaiting } from './waiting.ts';

/** States of a message that waits, in the order in which an agent is nearer to it. */
const WAITING: readonly MessageState[] = ['leased', 'ready', 'blocked', 'scheduled'];

/** Told of an agent at most. */
const SHOWN = 10;

/** Looked through in each state to find those. */
const LOOKED_THROUGH = 1000;

export async function why(
  parts: AgentParts,
  { agent: asked, id }: RequestOf<'why'>,
): Promise<ReplyOf<'why'>> {
  if ((asked === undefined) === (id === undefined))
    throw new OrqError('bad_request', 'why: names either an agent or a message');
  const { store } = parts;
  const messages = id === undefined ? await waitingFor(parts, asked ?? '') : [(await store.show(id)).message];
  const agent = messages[0]?.agent ?? (await store.agentAt(asked ?? ''));
  const row = (await store.agents()).find((each) => each.id === agent);
  const shown = await withWaiting(parts, messages.slice(0, SHOWN));
  return {
    address: agent,
    agent: row ? await agentFrom(parts, row) : null,
    waits: shown.map(({ state, priority, from, enqueuedAtMs, endedAtMs, reason, waiting, ...message }) => ({
      id: message.id,
      state,
      priority,
      from,
      enqueuedAtMs,
      endedAtMs,
      reason,
      waiting,
    })),
    more: messages.length > SHOWN,
  };
}

async function waitingFor({ store }: AgentParts, agent: string): Promise<Message[]> {
  const found: Message[] = [];
  for (const state of WAITING) {
    const messages = await store.list({ agent, state, limit: LOOKED_THROUGH });
    const order = messages.toSorted((a, b) =>
      state === 'scheduled' ? a.readyAtMs - b.readyAtMs : b.priority - a.priority || a.id - b.id,
    );
    found.push(...order);
  }
  return found;
}
