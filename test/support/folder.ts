/** A folder of its own for a test, gone with the scope that holds it. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestFolder extends AsyncDisposable {
  readonly path: string;
  /** The path of `name` inside. */
  at(name: string): string;
}

/** A file system in memory, where waiting for the disk costs nothing. */
const MEMORY = '/dev/shm';

/** Makes a folder that only its owner reads: `await using folder = testFolder()`. */
export function testFolder({ inMemory = false } = {}): TestFolder {
  const path = mkdtempSync(join(inMemory && existsSync(MEMORY) ? MEMORY : tmpdir(), 'orq-'));
  return {
    path,
    at: (name) => join(path, name),
    [Symbol.asyncDispose]: async () => rmSync(path, { recursive: true, force: true }),
  };
}
