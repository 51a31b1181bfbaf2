/** Senders that will not lose a message: each asks under one key until it is answered. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '../../client/index.ts';
import type { NewMessage } from '../../src/protocol/new-message.ts';
import type { Ledger } from './ledger.ts';

const PRIORITIES = [0, 0, 0, 10, 100] as const;
/** Longest pause between two sends: a queue that only grows shows little. */
const PACE_MS = 30;
const RETRY_MS = 25;

export const oneOf = <T>(all: readonly [T, ...T[]]): T =>
  all[Math.floor(Math.random() * all.length)] ?? all[0];

export interface Sending {
  readonly client: Client;
  readonly ledger: Ledger;
  readonly agents: readonly [string, ...string[]];
  /** Whether to send on. */
  readonly goesOn: () => boolean;
  /** Resolves when the daemon runs: who asks a dead one again and again only keeps it from starting. */
  readonly isBack: () => Promise<void>;
}

/** Sends one or a few at a time until the end; what it began to send it sends. */
export async function sendOn(name: string, sending: Sending): Promise<void> {
  const { client, ledger, agents, goesOn, isBack } = sending;
  for (let count = 0; goesOn(); count += 1) {
    await pause(Math.random() * PACE_MS);
    const size = Math.random() < 0.2 ? 4 : 1;
    const messages = Array.from({ length: size }, (_, index) => {
      const key = `${name}-${count}-${index}`;
      return { agent: oneOf(agents), text: key, idempotencyKey: key, priority: oneOf(PRIORITIES) };
    });
    for (const { agent, priority, idempotencyKey: key } of messages)
      ledger.write({ op: 'enqueue', key, agent, priority });
    const ids = await untilAnswered(client, messages, isBack);
    for (const [index, { idempotencyKey: key }] of messages.entries())
      ledger.write({ op: 'enqueued', key, id: ids[index] ?? 0 });
  }
}

async function untilAnswered(
  client: Client,
  messages: NewMessage[],
  isBack: () => Promise<void>,
): Promise<number[]> {
  for (;;) {
    try {
      return (await client.enqueue(messages)).map(({ id }) => id);
    } catch {
      await pause(RETRY_MS);
      await isBack();
    }
  }
}
