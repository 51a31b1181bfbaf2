import { Command, Option } from 'commander';
import {
  DEPENDENCY_POLICIES,
  MAX_PRIORITY,
  MIN_PRIORITY,
  RECEIPTS,
  SCOPES,
  WAKES,
  type DependencyPolicy,
  type Scope,
  type Wake,
} from '../../../src/protocol/message.ts';
import { OrqError } from '../../../src/protocol/errors.ts';
import { enqueueAndAnswer, type Wait } from '../enqueued.ts';
import { addExamples } from '../examples.ts';
import { given } from '../given.ts';
import { readMessageText } from '../message-text.ts';
import type { Terminal } from '../terminal.ts';
import { parseDuration, parseIds, timeAfter, wholeNumber } from '../values.ts';

interface Flags {
  readonly priority?: number;
  readonly from?: string;
  readonly key?: string;
  readonly project?: string;
  readonly scope?: Scope;
  readonly after?: readonly number[];
  readonly onDependencyFailure?: DependencyPolicy;
  readonly dependencyTimeout?: number;
  readonly delay?: number;
  readonly at?: number;
  readonly ttl?: number;
  readonly wake?: Wake;
  readonly thread?: string;
  readonly mustExist?: true;
  readonly spool: boolean;
  readonly wait?: Wait['kind'];
  readonly timeout?: number;
}

export function send(terminal: Terminal): Command {
  const command = new Command('send')
    .description('Send a message to an agent. It is stored before the answer comes.')
    .argument(
      '<address>',
      'agent id, a current tmux address (session:index, session:name, %pane), or @project for all of its agents',
    )
    .argument('<text>', 'the text; - reads it from standard input; after -- it may begin with a dash')
    .option(
      '--priority <n>',
      'higher first: 0-9 normal, 10-49 high, 50-99 critical, 100+ emergency',
      wholeNumber(MIN_PRIORITY, MAX_PRIORITY),
    )
    .option('--from <name>', "the sender (default: ORQ_AGENT, else this pane's agent)")
    .option('--key <key>', 'idempotency key: the same key stores the message once')
    .option('--project <name>', 'the project that it belongs to')
    .addOption(
      new Option(
        '--scope <scope>',
        'after whom: the earlier mail of this agent (default), of the project, or of all agents',
      ).choices(SCOPES),
    )
    .option('--after <ids>', 'wait until these messages are delivered (42 or 42,43)', parseIds)
    .addOption(
      new Option(
        '--on-dependency-failure <policy>',
        'when one of them dies or is cancelled: fail (default), release or wait',
      ).choices(DEPENDENCY_POLICIES),
    )
    .option('--dependency-timeout <duration>', 'wait for them this long at most (30m)', parseDuration)
    .addOption(
      new Option('--delay <duration>', 'not before this long from now (10m)').argParser(parseDuration),
    )
    .addOption(
      new Option(
        '--at <time>',
        'not before this time: HH:MM (the next one), ISO 8601 (local without a zone) or epoch milliseconds',
      )
        .argParser((text: string) => timeAfter(Date.now())(text))
        .conflicts('delay'),
    )
    .option('--ttl <duration>', 'give up when nobody got it after this long (2h)', parseDuration)
    .addOption(
      new Option('--wake <when>', 'now: wake an idle agent; later: with its next hook').choices(WAKES),
    )
    .option('--thread <id>', 'the conversation that it belongs to')
    .option('--must-exist', 'refuse where no such agent is known')
    .option('--no-spool', 'fail where no daemon runs, instead of leaving the message for the next one')
    .addOption(
      new Option('--wait <receipt>', 'answer only when its agent got, saw or did it').choices(
        RECEIPTS.filter((kind) => kind !== 'queued'),
      ),
    )
    .option('--timeout <duration>', 'with --wait: no longer than this (default: 5m)', parseDuration)
    .action(async (agent: string, argument: string, flags: Flags) => {
      if (flags.timeout !== undefined && flags.wait === undefined)
        throw new OrqError('bad_request', '--timeout: there is no --wait that it could end');
      if (flags.wait !== undefined && agent.startsWith('@'))
        throw new OrqError('bad_request', '--wait: a message to all agents of a project has no one receipt');
      const wait = flags.wait && { kind: flags.wait, timeoutMs: flags.timeout };
      const message = {
        agent,
        text: await readMessageText(argument),
        ...given({
          priority: flags.priority,
          from: flags.from,
          idempotencyKey: flags.key,
          project: flags.project,
          scope: flags.scope,
          after: flags.after?.map((id) => ({ id })),
          onDependencyFailure: flags.onDependencyFailure,
          dependencyTimeoutMs: flags.dependencyTimeout,
          delayMs: flags.delay,
          atMs: flags.at,
          ttlMs: flags.ttl,
          wake: flags.wake,
          threadId: flags.thread,
          mustExist: flags.mustExist,
        }),
      };
      await enqueueAndAnswer(
        flags.spool ? terminal : { ...terminal, spoolFolder: () => undefined },
        message,
        wait,
      );
    });
  return addExamples(command, [
    "orqctl send work:1 'the build is red, please look'",
    'git diff --stat | orqctl send work:1 -',
    "orqctl send work:1 --priority 50 --ttl 2h 'stop: the disk is full'",
    "orqctl send work:1 'merge it' --wait done --timeout 10m",
    "orqctl send work:1 --at 09:00 'good morning: what is left?'",
    "orqctl send @shop 'the schema has changed: pull main'",
    "orqctl send work:2 --after 42,43 --on-dependency-failure release 'now it is your turn'",
    "orqctl send work:1 --scope project --project shop 'deploy the api, then the shop'",
    "orqctl send work:1 --wake later -- '-v is the flag you want'",
  ]);
}
