/** Puts `orqctl` together: global options, the one command that is asked for, exit codes. */
import { Command, CommanderError } from 'commander';
import { ERRORS, OrqError } from '../../src/protocol/errors.ts';
import { VERSION } from '../../src/protocol/version.ts';
import { COMMANDS } from './command-table.ts';
import { addExamples } from './examples.ts';
import { openTerminal, type Terminal } from './terminal.ts';

export interface GlobalFlags {
  readonly socket?: string;
  readonly json?: true;
}

/** Runs one command line and tells its exit code: 0 done, 2 usage, else the error table's. */
export async function runProgram(words: string[]): Promise<number> {
  const program = rootCommand();
  await using terminal = openTerminal(() => program.opts<GlobalFlags>());
  try {
    const asked = askedCommand(words);
    await addCommands(program, terminal, (name) => name === asked);
    await program.parseAsync(words, { from: 'user' });
    return terminal.exit;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : ERRORS.bad_request.exit;
    const known =
      error instanceof OrqError ? error : new OrqError('internal', String(error), { cause: error });
    await terminal.fail(known);
    return known.exit;
  }
}

/** Every command with all below it, as for its help; nothing of it can be run. */
export async function wholeProgram(): Promise<Command> {
  const program = rootCommand();
  await using terminal = openTerminal(() => ({}));
  await addCommands(program, terminal, () => true);
  return program;
}

function rootCommand(): Command {
  const program = new Command('orqctl')
    .description('Send messages to coding agents and look after their queues')
    .version(VERSION, '-V, --version', 'print the version')
    .option('--socket <path>', "the daemon's socket (default: ORQ_SOCKET, else the user's)")
    .option('--json', 'answer with JSON on stdout')
    .helpOption('-h, --help', 'print this help')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('see: orqctl --help')
    .exitOverride();
  return addExamples(program, [
    "orqctl send work:1 'the build is red'",
    'orqctl list --agent work:1',
    'orqctl agents',
  ]);
}

/** Commands that nobody asked for stay stubs, there to be listed and suggested. */
async function addCommands(
  program: Command,
  terminal: Terminal,
  isAsked: (name: string) => boolean,
): Promise<void> {
  for (const [name, { summary, load }] of Object.entries(COMMANDS)) {
    const command = isAsked(name) ? (await load())(terminal) : new Command(name);
    inheritSettings(command.summary(summary), program, 'orqctl');
    program.addCommand(command);
  }
}

/** Commander hands settings down only to commands that it makes itself. */
function inheritSettings(command: Command, parent: Command, path: string): void {
  const own = `${path} ${command.name()}`;
  command.copyInheritedSettings(parent).showHelpAfterError(`see: ${own} --help`);
  for (const child of command.commands) inheritSettings(child, command, own);
}

/** The first word that is no flag; `orqctl help send` asks for send too. */
function askedCommand(words: readonly string[]): string | undefined {
  const [first, second] = words.filter((word, at) => !word.startsWith('-') && words[at - 1] !== '--socket');
  return first === 'help' ? second : first;
}
