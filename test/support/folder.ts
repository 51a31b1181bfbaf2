/** A folder of its own for a test, gone with the scope that holds it. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestFolder extends Disposable, AsyncDisposable {
  readonly path: string;
  /** The path of `name` inside. */
  at(name: string): string;
}

/** A file system in memory, where waiting for the disk costs nothing. */
const MEMORY = '/dev/shm';

/** Makes a folder that only its owner reads: `using folder = testFolder()`. Its path is short, so that a socket's fits below it. */
export function testFolder({ inMemory = false } = {}): TestFolder {
  const path = mkdtempSync(join(inMemory && existsSync(MEMORY) ? MEMORY : tmpdir(), 'f-'));
  const remove = (): void => rmSync(path, { recursive: true, force: true });
  return {
    path,
    at: (name) => join(path, name),
    [Symbol.dispose]: remove,
    [Symbol.asyncDispose]: async () => remove(),
  };
}
