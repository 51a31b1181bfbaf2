/** A Node process of a test: its first line is awaited, and it is gone with the scope. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Child extends AsyncDisposable {
  /** What it said first. */
  readonly said: string;
  readonly pid: number;
  /** Ends its stdin and waits for its exit. */
  release(): Promise<void>;
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>;
}

/** Starts a program of test/support by its name. */
export async function startChild(program: string, ...words: string[]): Promise<Child> {
  const path = fileURLToPath(new URL(`./${program}.js`, import.meta.url));
  const child = spawn(process.execPath, [path, ...words], { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const said: unknown[] = await Promise.race([
    once(lines, 'line'),
    gone.then(() => ['exited without a word']),
  ]);
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
  };
  return {
    said: String(said[0]),
    pid: child.pid ?? 0,
    release: async () => {
      child.stdin.end();
      await gone;
    },
    kill,
    [Symbol.asyncDispose]: kill,
  };
}
