/** Long work on the database, in a process of its own: neither the queue's thread nor its memory has to do with it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { errorFromJson } from '../src/protocol/error-json.ts';
import { OrqError } from '../src/protocol/errors.ts';

export type Progress = (done: number, total: number) => void;

export interface StorageProcesses extends AsyncDisposable {
  /**
   * Runs one after the other: the words of daemon/storage-main.ts, resolving with what it answers.
   * @throws OrqError as it says; storage_failed where it cannot be started or is killed, shutting_down at the end of the scope.
   */
  run<Answer>(words: readonly string[], onProgress?: Progress): Promise<Answer>;
}

interface Said {
  readonly progress?: { readonly done: number; readonly total: number };
  readonly answer?: unknown;
}

const PROGRAM = fileURLToPath(new URL('./storage-main.js', import.meta.url));

export function openStorageProcesses(): StorageProcesses {
  let last: Promise<unknown> = Promise.resolve();
  let child: ChildProcess | undefined;
  let ended = false;

  async function runNow(words: readonly string[], onProgress?: Progress): Promise<unknown> {
    if (ended) throw stopped();
    let end: string;
    try {
      // Its standard input ends with this process: it ends then too.
      const started = spawn(process.execPath, [PROGRAM, ...words], { stdio: ['pipe', 'pipe', 'inherit'] });
      child = started;
      const [said, [code, signal]] = await Promise.all([
        lastSaid(started, onProgress),
        once(started, 'close') as Promise<[number | null, string | null]>,
      ]);
      if (said && 'answer' in said) return said.answer;
      if (said) throw errorFromJson(said, 503);
      end = `ended with ${signal ?? code}`;
    } catch (error) {
      if (error instanceof OrqError) throw error;
      end = `could not run: ${String(error)}`;
    } finally {
      child = undefined;
    }
    throw ended ? stopped() : new OrqError('storage_failed', `${words.join(' ')}: its process ${end}`);
  }

  return {
    run: async <Answer>(words: readonly string[], onProgress?: Progress) => {
      const next = last.then(() => runNow(words, onProgress));
      last = next.catch(() => undefined);
      return next as Promise<Answer>;
    },
    [Symbol.asyncDispose]: async () => {
      ended = true;
      child?.kill('SIGKILL');
      await last;
    },
  };
}

/** Undefined where it ended without an answer. */
async function lastSaid({ stdin, stdout }: ChildProcess, onProgress?: Progress): Promise<Said | undefined> {
  // Missing where this process may open no more files.
  if (!stdin || !stdout) return undefined;
  stdin.on('error', () => undefined);
  let said: Said | undefined;
  for await (const line of createInterface({ input: stdout })) {
    const heard = JSON.parse(line) as Said;
    if (heard.progress) onProgress?.(heard.progress.done, heard.progress.total);
    else said = heard;
  }
  return said;
}

function stopped(): OrqError {
  return new OrqError(
    'shutting_down',
    'the daemon stops: the work on the database was ended, and nothing is left of it',
  );
}
