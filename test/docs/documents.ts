/** The documents as data: their fenced blocks, headings, tables and links. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's folder, seen from the compiled tests. */
export const PACKAGE = fileURLToPath(new URL('../../../', import.meta.url));

export const DOCUMENTS: readonly string[] = [
  'README.md',
  'SECURITY.md',
  'CHANGELOG.md',
  ...readdirSync(join(PACKAGE, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

export function readDocument(name: string): string {
  return readFileSync(join(PACKAGE, name), 'utf8');
}

export interface Block {
  readonly language: string;
  readonly text: string;
  /** Line of the document, from 1, on which its text begins. */
  readonly line: number;
}

export function blocksOf(document: string): Block[] {
  return [...document.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].map((found) => ({
    language: found[1] ?? '',
    text: found[2] ?? '',
    line: document.slice(0, found.index).split('\n').length + 1,
  }));
}

export function withoutBlocks(document: string): string {
  return document.replaceAll(/^```[^]*?^```$/gm, '');
}

/** The text under the heading `title` (of any depth) up to the next one that is not deeper. */
export function sectionOf(document: string, title: string): string {
  const lines = document.split('\n');
  const from = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === title);
  if (from < 0) throw new Error(`no heading "${title}"`);
  const depth = /^#+/.exec(lines[from] ?? '')?.[0].length ?? 0;
  const length = lines.slice(from + 1).findIndex((line) => (/^#+(?= )/.exec(line)?.[0].length ?? 7) <= depth);
  return lines.slice(from + 1, length < 0 ? undefined : from + 1 + length).join('\n');
}

/** Rows of all tables in `text`, without their heads. */
export function rowsOf(text: string): string[][] {
  const tables = text.match(/(?:^\|.*\|$\n?)+/gm) ?? [];
  return tables.flatMap((table) =>
    table
      .trim()
      .split('\n')
      .slice(2)
      .map((row) =>
        row
          .slice(1, -1)
          .split('|')
          .map((cell) => cell.trim()),
      ),
  );
}

export function wordsInBackticks(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, word = '']) => word);
}

/** The fragment under which a heading is reached, as GitHub makes it. */
export function fragmentOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
