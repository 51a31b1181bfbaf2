/** Where hooks can be installed, and the settings file that this means. */
import { lstat, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { OrqError } from '../../src/protocol/errors.ts';
import { errnoOf, naming } from './file-error.ts';
import { claudeFolder, type Host } from './host.ts';

export type HookTarget =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'user' }
  | { readonly kind: 'file'; readonly file: string };

export interface SettingsPlace {
  readonly kind: HookTarget['kind'];
  /** The path as its user knows it, absolute. */
  readonly file: string;
  /** The file behind all symlinks; this one is read and written. */
  readonly realFile: string;
  readonly exists: boolean;
  /** The folder that has to be made first, null where it is there. */
  readonly missingFolder: string | null;
  /** The worktree, where the target is one. */
  readonly worktree: string | null;
}

/**
 * Finds the settings file of a target; creates nothing.
 * @throws OrqError `not_found` for a missing folder or a dangling symlink, `bad_request` for something that is no folder or no file.
 */
export async function locateSettings(target: HookTarget, host: Pick<Host, 'env'>): Promise<SettingsPlace> {
  const file = settingsPath(target, host);
  if (target.kind === 'folder') await assertFolder(resolve(target.folder), 'folder');
  return naming(`settings file ${file}`, async () => {
    const { realFolder, missingFolder } = await locateFolder(dirname(file), target.kind);
    const at = missingFolder === null ? await locateFile(join(realFolder, basename(file)), file) : null;
    return {
      kind: target.kind,
      file,
      realFile: at?.realFile ?? join(realFolder, basename(file)),
      exists: at?.exists ?? false,
      missingFolder,
      worktree: target.kind === 'folder' ? resolve(target.folder) : null,
    };
  });
}

/** The settings file's path before symlinks are followed. */
export function settingsPath(target: HookTarget, host: Pick<Host, 'env'>): string {
  if (target.kind === 'folder') return join(resolve(target.folder), '.claude', 'settings.local.json');
  if (target.kind === 'user') return join(resolve(claudeFolder(host)), 'settings.json');
  return resolve(target.file);
}

async function assertFolder(path: string, word: string): Promise<void> {
  const found = await naming(`${word} ${path}`, () => stat(path));
  if (!found.isDirectory()) throw new OrqError('bad_request', `${word} ${path}: not a folder`);
}

/** Only the client's own folder is made where it is missing; a mistyped `--settings` path is not. */
async function locateFolder(
  folder: string,
  kind: HookTarget['kind'],
): Promise<{ realFolder: string; missingFolder: string | null }> {
  const state = await linkState(folder);
  if (state === 'dangling') throw await danglingError(folder);
  if (state === 'there') {
    await assertFolder(folder, 'folder');
    return { realFolder: await realpath(folder), missingFolder: null };
  }
  const parent = dirname(folder);
  if (kind === 'file') throw new OrqError('not_found', `folder ${folder}: does not exist`);
  await assertFolder(parent, 'folder');
  const realFolder = join(await realpath(parent), basename(folder));
  return { realFolder, missingFolder: realFolder };
}

async function locateFile(path: string, shown: string): Promise<{ realFile: string; exists: boolean }> {
  const state = await linkState(path);
  if (state === 'dangling') throw await danglingError(shown);
  if (state === 'absent') return { realFile: path, exists: false };
  const realFile = await realpath(path);
  if (!(await stat(realFile)).isFile())
    throw new OrqError('bad_request', `settings file ${shown}: not a file`);
  return { realFile, exists: true };
}

async function linkState(path: string): Promise<'there' | 'dangling' | 'absent'> {
  const entry = await lstat(path).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (!entry) return 'absent';
  if (!entry.isSymbolicLink()) return 'there';
  return stat(path).then(
    () => 'there',
    (error: unknown) => {
      if (errnoOf(error) === 'ENOENT') return 'dangling';
      throw error;
    },
  );
}

async function danglingError(path: string): Promise<OrqError> {
  return new OrqError('not_found', `${path}: a symlink to ${await readlink(path)}, which does not exist`);
}
