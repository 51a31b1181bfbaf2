import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { OrqError } from '../../../src/protocol/errors.ts';
import { isDown } from '../../spool.ts';
import { END_OF_PAST, linesOf } from '../../logs/log-file.ts';
import { isWanted, logText, parseLogLine, textOf } from '../../logs/log-line.ts';
import { journalLines } from '../../logs/journal.ts';
import { SERVICE } from '../../service/unit-files.ts';
import { addExamples } from '../examples.ts';
import { given } from '../given.ts';
import { scopeInstalled } from '../service-scope.ts';
import type { Terminal } from '../terminal.ts';
import { wholeNumber } from '../values.ts';
import { visible } from '../visible.ts';

interface Flags {
  readonly follow?: true;
  readonly agent?: string;
  readonly hooks?: true;
  readonly lines: number;
  readonly file?: string;
}

const DEBUG = ['debug', 'trace'];

export function logs(terminal: Terminal): Command {
  const command = new Command('logs')
    .description('Show what the daemon logged: from its log file, else from the journal.')
    .option('-f, --follow', 'go on with what comes')
    .option('--agent <id>', 'only what names this agent')
    .option('--hooks', 'only the line of each hook, which is logged at the level debug')
    .option('-n, --lines <n>', 'so many from before', wholeNumber(0, 1_000_000), 50)
    .option('--file <path>', 'this file, whatever the daemon says')
    .action(async (flags: Flags) => {
      const ended = new AbortController();
      process.once('SIGINT', () => ended.abort());
      await show(terminal, flags, ended.signal);
    });
  return addExamples(command, ['orqctl logs', 'orqctl logs --agent work:1 --hooks']);
}

async function show(terminal: Terminal, flags: Flags, signal: AbortSignal): Promise<void> {
  const source = flags.file ?? (await sourceOf(terminal, flags));
  const follow = flags.follow === true;
  const wanted = { ...given({ agent: flags.agent }), hooks: flags.hooks === true };
  const isAll = wanted.agent === undefined && !wanted.hooks;
  const lines =
    typeof source === 'string'
      ? linesOf(source, { follow, signal })
      : journalLines({ ...source, follow, last: isAll ? flags.lines : undefined, signal });
  const print = (text: string): Promise<void> => terminal.stream(`${text}\n`);
  const before: string[] = [];
  let isPast = true;
  for await (const text of lines) {
    if (text === END_OF_PAST) {
      isPast = false;
      for (const line of before.splice(0)) await print(line);
      continue;
    }
    const line = parseLogLine(text);
    if (line ? !isWanted(line, wanted) : !isAll) continue;
    const shown = terminal.isJson() ? textOf(text) : visible(line ? logText(line) : text);
    if (!isPast) await print(shown);
    else if (before.push(shown) > flags.lines) before.shift();
  }
}

/** Where the daemon says that it logs; where none answers, the journal of the unit that is installed. */
async function sourceOf(
  terminal: Terminal,
  { hooks }: Flags,
): Promise<string | { readonly scope: 'user' | 'system' }> {
  const scope = scopeInstalled({}, terminal);
  const hasUnit = existsSync(join(scope.folder, SERVICE));
  try {
    const { log, pid } = await terminal.connect().status({});
    if (hooks === true && !DEBUG.includes(log.level))
      terminal.warn(
        `the level is ${log.level}: "logLevel": "debug" in the settings file logs each hook, at once`,
      );
    if (log.file !== null) return log.file;
    if (hasUnit) return { scope: scope.kind };
    throw new OrqError(
      'wrong_state',
      `daemon ${pid}: logs to its standard error, --log-file makes it a file`,
    );
  } catch (error) {
    if (hasUnit && isDown(error)) return { scope: scope.kind };
    throw error;
  }
}
