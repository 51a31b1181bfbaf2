/** The project's own files as text, for rules that look at them. A rule takes files and returns sentences, one for each breach. */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Import, importsOf } from './imports.ts';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../..');

export interface SourceFile {
  /** From the root of the project. */
  readonly path: string;
  readonly text: string;
  /** The text without its comments. */
  readonly code: string;
  readonly imports: readonly Import[];
}

/** Strings are matched first, so that `//` inside one begins no comment. */
const STRING_OR_COMMENT =
  /('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|(?<!\\)\/\/[^\n]*/g;

export function sourceFile(path: string, text: string): SourceFile {
  const code = text.replaceAll(STRING_OR_COMMENT, (_, string: string | undefined) => string ?? '');
  return { path, text, code, imports: importsOf(path, code) };
}

/** The paths of all files in these folders of the project, from its root. A folder that does not exist yet has none. */
export function pathsIn(...folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) => {
    try {
      return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
    } catch {
      return [];
    }
  });
}

export function readSource(path: string): SourceFile {
  return sourceFile(path, readFileSync(join(ROOT, path), 'utf8'));
}

/** The TypeScript files in these folders of the project. */
export function typeScriptIn(...folders: readonly string[]): readonly SourceFile[] {
  return pathsIn(...folders)
    .filter((path) => path.endsWith('.ts'))
    .map(readSource);
}

/** What is shipped and runs. */
export const SHIPPED = ['src', 'daemon', 'client'] as const;
