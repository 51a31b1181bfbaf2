/** Which dead letters `dead redrive` and `dead drop` mean, and how they go on until the last one has moved. */
import type { Command } from 'commander';
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import { given } from './given.ts';
import { movedSentence } from './moved.ts';
import type { Terminal } from './terminal.ts';
import { parseId } from './values.ts';

type Choice = RequestOf<'deadRedrive'>;
type Moved = ReplyOf<'deadRedrive'>['moved'];

interface Flags {
  readonly agent?: string;
  readonly reason?: string;
}

export function addDeadChoice(
  command: Command,
  { answer }: Pick<Terminal, 'answer'>,
  done: string,
  move: (choice: Choice) => Promise<ReplyOf<'deadRedrive'>>,
): Command {
  return command
    .argument('[message...]', 'message ids', collectIds, [])
    .option('--agent <address>', 'all those to this agent')
    .option('--reason <words>', 'all those whose reason begins so (expired, failures)')
    .action(async (ids: number[], { agent, reason }: Flags) => {
      const choice = given({ ids: ids.length > 0 ? ids : undefined, agent, reason });
      const moved: Moved = [];
      for (let more = true; more;) {
        const reply = await move(choice);
        moved.push(...reply.moved);
        more = reply.more;
      }
      answer({ moved }, () => sentences(moved, done));
    });
}

function collectIds(text: string, before: readonly number[]): number[] {
  return [...before, parseId(text)];
}

function sentences(moved: Moved, done: string): string {
  if (moved.length === 0) return 'no dead letter is like that';
  return moved.map((each) => movedSentence(each, done)).join('\n');
}
