import { Command, Option } from 'commander';
import {
  CATCH_UPS,
  MAX_PRIORITY,
  MIN_PRIORITY,
  WAKES,
  type CatchUp,
  type Wake,
} from '../../../src/protocol/message.ts';
import type { ReplyOf } from '../../../src/protocol/schemas.ts';
import { addExamples } from '../examples.ts';
import { given } from '../given.ts';
import { readMessageText } from '../message-text.ts';
import { senderOf } from '../../sender.ts';
import type { Terminal } from '../terminal.ts';
import { localTime } from '../times.ts';
import { parseDuration, wholeNumber } from '../values.ts';
import { visible } from '../visible.ts';

interface Flags {
  readonly cron?: string;
  readonly every?: number;
  readonly tz?: string;
  readonly catchUp?: CatchUp;
  readonly name?: string;
  readonly priority?: number;
  readonly from?: string;
  readonly project?: string;
  readonly ttl?: number;
  readonly wake?: Wake;
}

export function scheduleAdd({ connect, answer, env }: Terminal): Command {
  const command = new Command('add')
    .description(
      'Send a message again and again. With one argument it is the text, and goes to the agent of this pane.',
    )
    .usage('[options] [address] <text>')
    .argument(
      '<address>',
      "agent id, a current tmux address, or @project for all of its agents; left out: this pane's agent",
    )
    .argument('[text]', 'the text; - reads it from standard input')
    .addOption(
      new Option('--cron <expression>', 'minute, hour, day, month, weekday, or @daily').conflicts('every'),
    )
    .option('--every <duration>', 'from now on, this far apart (30m)', parseDuration)
    .option('--tz <zone>', "time zone of the cron expression (default: this machine's)")
    .addOption(
      new Option(
        '--catch-up <policy>',
        'ticks that passed while no daemon ran: none, or one for all',
      ).choices(CATCH_UPS),
    )
    .option('--name <name>', 'the same under the same name is added once')
    .option(
      '--priority <n>',
      'higher first: 0-9 normal, 10-49 high, 50-99 critical, 100+ emergency',
      wholeNumber(MIN_PRIORITY, MAX_PRIORITY),
    )
    .option('--from <name>', "the sender (default: ORQ_AGENT, else this pane's agent)")
    .option('--project <name>', 'the project that the messages belong to')
    .option('--ttl <duration>', 'give a message up when nobody got it after this long (2h)', parseDuration)
    .addOption(
      new Option('--wake <when>', 'now: wake an idle agent; later: with its next hook').choices(WAKES),
    )
    .action(async (first: string, second: string | undefined, flags: Flags) => {
      const own = env['ORQ_AGENT'] || undefined;
      const { from } = senderOf(flags.from, env);
      const { headers } = senderOf(undefined, { ...env, ORQ_AGENT: undefined });
      const added = await connect().scheduleAdd(
        {
          text: await readMessageText(second ?? first),
          ...given({
            agent: second === undefined ? own : first,
            cron: flags.cron,
            everyMs: flags.every,
            zone: flags.tz ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
            catchUp: flags.catchUp,
            name: flags.name,
            priority: flags.priority,
            from,
            project: flags.project,
            ttlMs: flags.ttl,
            wake: flags.wake,
          }),
        },
        { headers },
      );
      answer(added, () => sentence(added));
    });
  return addExamples(command, [
    "orqctl schedule add work:1 'sum up the night' --cron '0 9 * * 1-5' --tz Europe/Berlin",
    "orqctl schedule add 'look at the build' --every 30m --name build",
    "orqctl schedule add work:1 'rotate the logs' --cron @daily --catch-up once",
  ]);
}

function sentence({ id, agent, nextAtMs, created }: ReplyOf<'scheduleAdd'>): string {
  const fact = created ? 'added for' : 'was already there for';
  const next = nextAtMs === null ? 'never' : localTime(nextAtMs);
  return `schedule ${id} ${fact} ${visible(agent)}; next: ${next}; end it: orqctl schedule remove ${id}`;
}
