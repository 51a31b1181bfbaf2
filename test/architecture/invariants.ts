/** The invariants as docs/INVARIANTS.md numbers them, and the tests that it says own them. */
import type { SourceFile } from './source-file.ts';

export interface Owner {
  readonly number: string;
  readonly path: string;
  readonly name: string;
}

const INVARIANT = /^\| (I\d+) +\| [^`|]*(?:`[^`|]*`[^`|]*)*\|$/gm;
const OWNER = /^\| (I\d+) +\| `([^`|]+)` +\| ([^|]+?) +\|$/gm;

export function invariantsIn(document: string): readonly string[] {
  return [...document.matchAll(INVARIANT)].map(([, number = '']) => number);
}

export function ownersIn(document: string): readonly Owner[] {
  return [...document.matchAll(OWNER)].map(([, number = '', path = '', name = '']) => ({
    number,
    path,
    name,
  }));
}

/** Owners whose file or test is not there. */
export function missingOwners(owners: readonly Owner[], files: readonly SourceFile[]): readonly string[] {
  const codes = new Map(files.map(({ path, code }) => [path, code]));
  return owners
    .filter(({ path, name }) => codes.get(path)?.includes(`'${name}'`) !== true)
    .map(({ number, path, name }) => `${number}: ${path} has no test '${name}'`);
}
