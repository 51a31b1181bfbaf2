/** Proves that an agent gets its mail: by a message of its own that the agent's model has seen. */
import { OrqError } from '../../src/protocol/errors.ts';
import type { ReceiptKind } from '../../src/protocol/message.ts';
import type { Client } from '../client.ts';
import { strongestReceipt, waitForReceipt } from '../wait-for-receipt.ts';

export interface Proof {
  readonly agent: string;
  readonly id: number;
  readonly receipt: ReceiptKind;
  readonly proven: boolean;
  /** Why it waits; null where it is proven. */
  readonly reason: string | null;
}

export interface Proving {
  /** The same key is the same message: who asks again goes on waiting for the first. */
  readonly key: string;
  readonly timeoutMs: number;
}

const TEXT = 'orq: this message shows that mail reaches this agent. Nothing is to be done about it.';

/** An agent in push mode without hooks proves no more than that its text was typed: that is enough. */
export async function proveDelivery(
  client: Client,
  agent: string,
  { key, timeoutMs }: Proving,
): Promise<Proof> {
  const { id, agent: resolved } = await client.enqueue({ agent, text: TEXT, idempotencyKey: key });
  const about = { agent: resolved, id };
  try {
    await waitForReceipt(client, id, 'seen', AbortSignal.timeout(timeoutMs));
    return { ...about, receipt: 'seen', proven: true, reason: null };
  } catch (error) {
    const code = error instanceof OrqError ? error.code : null;
    if (code !== 'receipt_missing' && code !== 'wrong_state') throw error;
    const shown = await client.show({ id });
    const receipt = strongestReceipt(shown);
    const isTyped = shown.state === 'delivered' && shown.reason === 'unproven';
    const reason = shown.waiting?.reason ?? shown.reason ?? shown.state;
    return { ...about, receipt, proven: isTyped, reason: isTyped ? null : reason };
  }
}
