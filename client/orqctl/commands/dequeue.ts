import { Command } from 'commander';
import type { LeasedMessage } from '../../../src/protocol/schemas.ts';
import { addExamples } from '../examples.ts';
import { given } from '../given.ts';
import type { Terminal } from '../terminal.ts';
import { spokenDuration } from '../times.ts';
import { parseDuration, wholeNumber } from '../values.ts';
import { visibilityOf } from '../visibility.ts';
import { visible, visibleLines } from '../visible.ts';

interface Flags {
  readonly max?: number;
  readonly wait?: number;
  readonly visibility?: number;
}

export function dequeue({ connect, answer, colors, env }: Terminal): Command {
  const command = new Command('dequeue')
    .description(
      'Lease the next messages of an agent without hooks. Ack or requeue each with its lease token.',
    )
    .argument('<agent>', 'agent id or address')
    .option('--max <n>', 'at most this many', wholeNumber(1, 1000))
    .option('--wait <duration>', 'wait this long for a message when there is none (30s)', parseDuration)
    .option(
      '--visibility <duration>',
      'the lease ends after this long (default: MESSAGE_TIMEOUT seconds, else 5m)',
      parseDuration,
    )
    .action(async (agent: string, { max, wait, visibility }: Flags) => {
      const leased = await connect().dequeue({
        agent,
        ...given({ max, waitMs: wait, visibilityMs: visibilityOf(visibility, env) }),
      });
      answer(leased, () => leasedText(leased.messages, colors, Date.now()));
    });
  return addExamples(command, [
    'orqctl dequeue builder',
    'orqctl dequeue builder --max 10 --wait 1s --json',
    'orqctl dequeue builder --visibility 30m',
  ]);
}

function leasedText(messages: readonly LeasedMessage[], colors: Terminal['colors'], nowMs: number): string {
  if (messages.length === 0) return 'no message is ready';
  return messages.map((message) => leasedMessage(message, colors, nowMs)).join('\n\n');
}

function leasedMessage(message: LeasedMessage, colors: Terminal['colors'], nowMs: number): string {
  const { id, leaseToken, from } = message;
  const facts = [
    `message ${id}${from === null ? '' : ` from ${visible(from)}`}`,
    `priority ${message.priority}`,
    `lease token ${leaseToken}, for ${spokenDuration(message.leaseUntilMs - nowMs)}`,
    ...(message.mayHaveBeenSeen ? ['may have been seen before'] : []),
  ];
  return [
    colors.bold(facts.join('; ')),
    visibleLines(message.text),
    colors.dim(`seen: orqctl ack ${id} --lease-token ${leaseToken}`),
  ].join('\n');
}
