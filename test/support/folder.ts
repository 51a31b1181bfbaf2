/** A folder of its own for a test, gone with the scope that holds it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestFolder extends AsyncDisposable {
  readonly path: string;
  /** The path of `name` inside. */
  at(name: string): string;
}

/** Makes a folder that only its owner reads: `await using folder = testFolder()`. */
export function testFolder(): TestFolder {
  const path = mkdtempSync(join(tmpdir(), 'orq-'));
  return {
    path,
    at: (name) => join(path, name),
    [Symbol.asyncDispose]: async () => rmSync(path, { recursive: true, force: true }),
  };
}
