import { Command } from 'commander';
import { addExamples } from '../examples.ts';
import type { Terminal } from '../terminal.ts';
import { whyText } from '../why-text.ts';

export function why({ connect, answer, colors }: Terminal): Command {
  const command = new Command('why')
    .description('Tell why a message or an agent waits, since when, what is tried next and what can be done.')
    .argument('<agent|message>', 'message id, agent id or address')
    .option('--agent', 'take a number for an agent')
    .action(async (asked: string, { agent }: { readonly agent?: true }) => {
      const isMessage = agent === undefined && /^[1-9]\d{0,15}$/.test(asked);
      const told = await connect().why(isMessage ? { id: Number(asked) } : { agent: asked });
      answer(told, () =>
        whyText(told, { asked: isMessage ? 'message' : 'agent', colors, nowMs: Date.now() }),
      );
    });
  return addExamples(command, ['orqctl why 42', 'orqctl why work:1', 'orqctl why work:1 --json']);
}
