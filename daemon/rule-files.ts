/** Files of agents' folders that a briefing repeats, kept in memory as they change: CLAUDE.md, and the project's template of briefings. */
import { open } from 'node:fs/promises';
import { constants } from 'node:fs';
import { join } from 'node:path';
import { parseTemplate } from '../src/agents/rebrief.ts';
import type { Log } from './logger.ts';
import { watchFiles } from './watch.ts';

const RULES = 'CLAUDE.md';
export const TEMPLATE = '.claude/orq-rebrief.md';

/** Longest file that is read; bytes. */
const MOST_BYTES = 65_536;

/** Folders that are watched at a time; the one that was asked for longest ago gives way. */
const MOST_FOLDERS = 500;

export interface RuleFiles extends AsyncDisposable {
  /** Begins to keep the files of this folder. */
  keep(folder: string): void;
  /** The text of the folder's CLAUDE.md; null where it has none, or is not kept. */
  rules(folder: string): string | null;
  template(folder: string): string | null;
}

export function openRuleFiles({ log }: { log: Log }): RuleFiles {
  const texts = new Map<string, string>();
  const folders = new Set<string>();
  const filesOf = (folder: string): string[] => [join(folder, RULES), join(folder, TEMPLATE)];

  async function read(path: string): Promise<void> {
    try {
      const text = await readSmall(path);
      const parsed = path.endsWith(TEMPLATE) ? parseTemplate(text) : null;
      if (parsed && 'problem' in parsed)
        log.warn({ event: 'template_bad', path, reason: parsed.problem }, 'template of briefings not used');
      texts.set(path, text);
    } catch (error) {
      texts.delete(path);
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT'))
        log.warn({ event: 'rules_not_read', path, err: error }, 'a file that briefings repeat is not read');
    }
  }

  const watcher = watchFiles({
    onChange: (path) => void read(path),
    onGone: (path) => void texts.delete(path),
    onError: (error) => log.warn({ event: 'rules_not_read', err: error }, 'files are not watched'),
  });
  return {
    keep: (folder) => {
      const isNew = !folders.delete(folder);
      folders.add(folder);
      if (isNew) watcher.add(filesOf(folder));
      const [oldest] = folders;
      if (folders.size <= MOST_FOLDERS || oldest === undefined) return;
      folders.delete(oldest);
      watcher.remove(filesOf(oldest));
      for (const path of filesOf(oldest)) texts.delete(path);
    },
    rules: (folder) => texts.get(join(folder, RULES)) ?? null,
    template: (folder) => texts.get(join(folder, TEMPLATE)) ?? null,
    [Symbol.asyncDispose]: () => watcher[Symbol.asyncDispose](),
  };
}

/** A pipe under that name must not hold anybody up. */
async function readSmall(path: string): Promise<string> {
  await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const stat = await file.stat();
  if (!stat.isFile() || stat.size > MOST_BYTES)
    throw new Error(`${path}: no file, or over ${MOST_BYTES} bytes`);
  return await file.readFile('utf8');
}
