/** Sends one message and says what is known of it: the one way of `send` and `reply`. */
import { OrqError } from '../../src/protocol/errors.ts';
import type { ReceiptKind } from '../../src/protocol/message.ts';
import type { Enqueued, NewMessage } from '../../src/protocol/schemas.ts';
import { strongestReceipt, waitForReceipt } from '../wait-for-receipt.ts';
import { senderOf } from './sender.ts';
import type { Terminal } from './terminal.ts';
import { visible } from './visible.ts';

/** How long a command waits for a receipt where nobody says; milliseconds. */
const DEFAULT_WAIT_MS = 300_000;

export interface Wait {
  readonly kind: Exclude<ReceiptKind, 'queued'>;
  readonly timeoutMs: number | undefined;
}

/** `message.from` is the sender's flag; without one the environment tells. With `wait` the answer comes when the receipt does. */
export async function enqueueAndAnswer(
  { connect, answer, report, warn, env }: Terminal,
  message: NewMessage,
  wait?: Wait,
): Promise<void> {
  const waited = wait && AbortSignal.timeout(wait.timeoutMs ?? DEFAULT_WAIT_MS);
  const { from, headers } = senderOf(message.from, env);
  const enqueued = await connect().enqueue({ ...message, ...(from !== undefined && { from }) }, { headers });
  if (!enqueued.agentKnown) warn(unknownAgent(enqueued));
  if (!wait || !waited) return answer(enqueued, () => sentence(enqueued));
  report(sentence(enqueued));
  const { id } = enqueued;
  try {
    const shown = await waitForReceipt(connect(), id, wait.kind, waited);
    const { state } = shown;
    const receipt = strongestReceipt(shown);
    answer({ ...enqueued, state, receipt }, () => `${id} is ${receipt} (state ${state})`);
  } catch (error) {
    // The message is stored whatever came of the waiting: a program needs its id, and what is known of it.
    const known = error instanceof OrqError ? error.details : undefined;
    const { state = enqueued.state, receipt = 'queued' } = known ?? {};
    answer({ ...enqueued, state, receipt }, () => `${id} is not ${wait.kind}`);
    throw error;
  }
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
