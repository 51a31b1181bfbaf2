import { Command } from 'commander';
import type { Message } from '../../../src/protocol/schemas.ts';
import type { Client } from '../../client.ts';
import { addExamples } from '../examples.ts';
import { alignedTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { fromNow } from '../times.ts';
import { parseId } from '../values.ts';

/** Messages in one call: with the longest texts so many fit into an answer. */
const PAGE = 20;

/** UTF-16 units of a text that the table shows, also where no terminal limits it; `show` has the whole. */
const EXCERPT = 200;

export function thread({ connect, answer, columns }: Terminal): Command {
  const command = new Command('thread')
    .description('Show the whole conversation that a message belongs to, in the order of its sending.')
    .argument('<message>', 'id of any message of it', parseId)
    .action(async (id: number) => {
      const client = connect();
      const { receipts: _, ...asked } = await client.show({ id });
      const { threadId } = asked;
      const messages = threadId === null ? [asked] : await allOf(client, threadId);
      answer({ threadId, messages }, () => conversation(messages, columns));
    });
  return addExamples(command, ['orqctl thread 42', 'orqctl thread 42 --json']);
}

/** The oldest first; pages come newest first. */
async function allOf(client: Client, threadId: string): Promise<Message[]> {
  const newestFirst: Message[] = [];
  for (;;) {
    const last = newestFirst.at(-1);
    const { messages } = await client.list({
      threadId,
      limit: PAGE,
      ...(last !== undefined && { beforeId: last.id }),
    });
    newestFirst.push(...messages);
    if (messages.length < PAGE) return newestFirst.toReversed();
  }
}

function conversation(messages: readonly Message[], columns: number | undefined): string {
  const nowMs = Date.now();
  const rows = messages.map(({ id, from, agent, state, open, replyTo, enqueuedAtMs, text }) => [
    String(id),
    from ?? '-',
    agent,
    state + (open ? ' (open)' : ''),
    replyTo === null ? '' : String(replyTo),
    fromNow(enqueuedAtMs, nowMs),
    text.length > EXCERPT ? `${text.slice(0, EXCERPT)}…` : text,
  ]);
  return alignedTable(['ID', 'FROM', 'TO', 'STATE', 'REPLY TO', 'QUEUED', 'TEXT'], rows, columns);
}
