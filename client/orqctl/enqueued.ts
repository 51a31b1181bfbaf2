/** Sends one message and says what is known of it: the one way of `send` and `reply`. */
import type { Enqueued, NewMessage } from '../../src/protocol/schemas.ts';
import { senderOf } from './sender.ts';
import type { Terminal } from './terminal.ts';
import { visible } from './visible.ts';

/** `message.from` is the sender's flag; without one the environment tells. */
export async function enqueueAndAnswer(
  { connect, answer, warn, env }: Terminal,
  message: NewMessage,
): Promise<void> {
  const { from, headers } = senderOf(message.from, env);
  const enqueued = await connect().enqueue({ ...message, ...(from !== undefined && { from }) }, { headers });
  if (!enqueued.agentKnown) warn(unknownAgent(enqueued));
  answer(enqueued, () => sentence(enqueued));
}

function sentence({ id, agent, state, created }: Enqueued): string {
  const fact = created
    ? `queued for ${visible(agent)}`
    : `was already queued for ${visible(agent)} under this key`;
  return `${id} ${fact} (state ${state}); look: orqctl show ${id}`;
}

function unknownAgent({ agent, nearest }: Enqueued): string {
  const hint = nearest === undefined ? '' : `nearest: "${nearest}"; `;
  return `no agent "${agent}" is known yet; ${hint}the message waits under that name`;
}
