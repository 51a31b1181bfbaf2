/** Consumers without hooks: they ask under a request id until they are answered, and some die with what they hold. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '../../client/index.ts';
import { OrqError } from '../../src/protocol/errors.ts';
import type { LeasedMessage } from '../../src/protocol/schemas.ts';
import type { Ledger } from './ledger.ts';

const RETRY_MS = 25;
/** Long enough for a restart of the daemon, short enough for those that a dead consumer held. */
const VISIBILITY_MS = 5_000;
const DIES = 0.01;

export interface Consuming {
  readonly client: Client;
  readonly ledger: Ledger;
  readonly agent: string;
  readonly goesOn: () => boolean;
  /** Nobody dies any more: what is left is drained. */
  readonly isDraining: () => boolean;
  /** Resolves when the daemon runs. */
  readonly isBack: () => Promise<void>;
}

export async function consumeOn(consuming: Consuming): Promise<void> {
  const { client, ledger, agent, goesOn, isDraining, isBack } = consuming;
  let held: LeasedMessage[] = [];
  while (goesOn()) {
    const call = ledger.newCall();
    ledger.write({ op: 'ask', call, agent });
    const ack = held.map(({ id, leaseToken }) => ({ id, leaseToken }));
    const messages = await untilAnswered(client, { agent, max: 3, requestId: `call ${call}`, ack }, isBack);
    if (messages === 'lease lost') {
      // Its visibility timeout ran out while the daemon was away: somebody else has it now, or will.
      held = [];
      continue;
    }
    for (const { id } of ack) ledger.write({ op: 'seen', id });
    ledger.write({
      op: 'handed',
      call,
      agent,
      messages: messages.map(({ id, text, priority, mayHaveBeenSeen }) => ({
        id,
        key: text,
        priority,
        marked: mayHaveBeenSeen,
      })),
    });
    held = !isDraining() && Math.random() < DIES ? [] : messages;
    if (messages.length === 0) await pause(RETRY_MS);
  }
}

async function untilAnswered(
  client: Client,
  request: { agent: string; max: number; requestId: string; ack: { id: number; leaseToken: number }[] },
  isBack: () => Promise<void>,
): Promise<LeasedMessage[] | 'lease lost'> {
  for (;;) {
    try {
      return (await client.dequeue({ ...request, visibilityMs: VISIBILITY_MS })).messages;
    } catch (error) {
      if (error instanceof OrqError && error.code === 'lease_lost') return 'lease lost';
      await pause(RETRY_MS);
      await isBack();
    }
  }
}
