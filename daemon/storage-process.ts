/** Long work on the database, in a process of its own: neither the queue's thread nor its memory has to do with it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { errorFromJson } from '../src/protocol/error-json.ts';

export type Progress = (done: number, total: number) => void;

export interface StorageProcesses extends AsyncDisposable {
  /** Runs one after the other: the words of daemon/storage-main.ts, resolving with what it answers. @throws OrqError as it says. */
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
    if (ended) throw errorFromJson(STOPPED, 503);
    // Its standard input ends with this process: it ends then too.
    const started = spawn(process.execPath, [PROGRAM, ...words], { stdio: ['pipe', 'pipe', 'inherit'] });
    child = started;
    const gone = once(started, 'close');
    started.stdin.on('error', () => undefined);
    let said: Said = {};
    for await (const line of createInterface({ input: started.stdout })) {
      const heard = JSON.parse(line) as Said;
      if (heard.progress) onProgress?.(heard.progress.done, heard.progress.total);
      else said = heard;
    }
    await gone;
    child = undefined;
    if ('answer' in said) return said.answer;
    throw errorFromJson('error' in said ? said : STOPPED, 503);
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

const STOPPED = {
  error: { code: 'shutting_down', message: 'the work on the database was stopped before its end' },
} as const;
