import { Command, Option } from 'commander';
import { MESSAGE_STATES, type MessageState } from '../../../src/protocol/message.ts';
import type { Message } from '../../../src/protocol/schemas.ts';
import { addExamples } from '../examples.ts';
import { given } from '../given.ts';
import { alignedTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { fromNow } from '../times.ts';
import { parseId, wholeNumber } from '../values.ts';

interface Flags {
  readonly agent?: string;
  readonly state?: MessageState;
  readonly open?: true;
  readonly thread?: string;
  readonly limit?: number;
  readonly before?: number;
}

export function list({ connect, answer, columns }: Terminal): Command {
  const command = new Command('list')
    .description('List messages.')
    .option('--agent <address>', 'only those to this agent')
    .addOption(new Option('--state <state>', 'only those in this state').choices(MESSAGE_STATES))
    .option('--open', 'only those that their agent has seen and not finished')
    .option('--thread <id>', 'only those of this thread')
    .option('--limit <n>', 'at most this many', wholeNumber(1, 1000))
    .option('--before <id>', 'only those with a smaller id: the next page', parseId)
    .action(async (flags: Flags) => {
      const { agent, state, open, thread, limit, before } = flags;
      const found = await connect().list(
        given({ agent, state, open, threadId: thread, limit, beforeId: before }),
      );
      answer(found, () => messageTable(found.messages, columns));
    });
  return addExamples(command, [
    'orqctl list --agent work:1 --state ready',
    'orqctl list --open',
    'orqctl list --limit 10 --json',
  ]);
}

function messageTable(messages: readonly Message[], columns: number | undefined): string {
  if (messages.length === 0) return 'no messages';
  const nowMs = Date.now();
  const waits = messages.some(({ waiting }) => waiting !== null);
  const rows = messages.map((message) => [
    String(message.id),
    message.state + (message.open ? ' (open)' : '') + (message.held === undefined ? '' : ' (held)'),
    String(message.priority),
    message.agent,
    message.from ?? '-',
    fromNow(message.enqueuedAtMs, nowMs),
    ...(waits ? [message.waiting?.reason ?? ''] : []),
    message.text,
  ]);
  const head = [
    'ID',
    'STATE',
    'PRIORITY',
    'AGENT',
    'FROM',
    'QUEUED',
    ...(waits ? ['WAITS FOR'] : []),
    'TEXT',
  ];
  return alignedTable(head, rows, columns);
}
