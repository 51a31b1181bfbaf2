/** A file that lists worktrees: a folder a line, behind a tab the id of its agent where it is to have one. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { naming } from '../hooks/file-error.ts';
import type { HookTarget } from '../hooks/targets.ts';

export interface ListedWorktree {
  readonly folder: string;
  readonly named: string | null;
}

/** Empty lines, and those that begin with `#`, are passed over. @throws OrqError not_found, forbidden. */
export async function readWorktreeList(file: string): Promise<readonly ListedWorktree[]> {
  const text = await naming(file, () => readFile(file, 'utf8'));
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [folder = '', name = ''] = line.split('\t');
    return { folder: resolve(folder), named: name.trim() === '' ? null : name.trim() };
  });
}

export async function listedFolders(file: string): Promise<readonly HookTarget[]> {
  return (await readWorktreeList(file)).map(({ folder }) => ({ kind: 'folder', folder }));
}
