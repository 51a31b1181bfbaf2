/** What the journal has of the daemon's unit. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { OrqError } from '../../src/protocol/errors.ts';
import { SERVICE } from '../service/unit-files.ts';
import { END_OF_PAST, type LogSource } from './log-file.ts';

export interface JournalOptions {
  readonly scope: 'user' | 'system';
  readonly follow: boolean;
  /** How many lines from before; undefined: all. */
  readonly last: number | undefined;
  readonly signal: AbortSignal;
}

const CURSOR = '-- cursor: ';

/** @throws OrqError wrong_state where there is no journalctl. */
export async function* journalLines({ scope, follow, last, signal }: JournalOptions): LogSource {
  const unit = scope === 'user' ? '--user-unit' : '--unit';
  const words = [unit, SERVICE, '--output=cat', '--no-pager'];
  let cursor = '';
  for await (const line of outputOf([...words, '--show-cursor', `--lines=${last ?? 'all'}`], signal)) {
    if (line.startsWith(CURSOR)) cursor = line.slice(CURSOR.length);
    else yield line;
  }
  yield END_OF_PAST;
  // From the last entry that was shown on: none is left out between the two.
  const since = cursor === '' ? [] : [`--after-cursor=${cursor}`];
  if (follow) yield* outputOf([...words, ...since, '--lines=all', '--follow'], signal);
}

async function* outputOf(words: readonly string[], signal: AbortSignal): AsyncGenerator<string> {
  const child = spawn('journalctl', words, { stdio: ['ignore', 'pipe', 'inherit'], signal });
  const closed = once(child, 'close');
  // Awaited below; until then nobody else may be told of it.
  closed.catch(() => undefined);
  try {
    yield* createInterface({ input: child.stdout });
    await closed;
  } catch (error) {
    if (signal.aborted) return;
    throw new OrqError('wrong_state', 'journalctl is not on this machine', { cause: error });
  } finally {
    child.kill();
  }
}
