/** A user that may not do everything: what a mode forbids is forbidden to it, also where the tests run as root. */
import { spawnSync } from 'node:child_process';
import { chownSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const IS_ROOT = process.getuid?.() === 0;

/** Nobody's, by convention; any but 0 would do. */
const NOBODY = 65_534;

/** For `spawn`: another user where the tests run as root, else the same. */
export const UNPRIVILEGED: { readonly uid?: number; readonly gid?: number } = IS_ROOT
  ? { uid: NOBODY, gid: NOBODY }
  : {};

/** Why that user cannot run what is tested, or false. */
export const UNPRIVILEGED_MISSING: string | false = ((): string | false => {
  if (!IS_ROOT) return false;
  const self = fileURLToPath(import.meta.url);
  const { status } = spawnSync(process.execPath, ['--check', self], { ...UNPRIVILEGED, cwd: '/' });
  return status === 0 ? false : 'the tests run as root, and lie where no other user may read them';
})();

/** Gives `path`, with what is below it, to that user. */
export function giveAway(path: string): void {
  if (!IS_ROOT) return;
  if (lstatSync(path).isDirectory()) for (const name of readdirSync(path)) giveAway(join(path, name));
  chownSync(path, NOBODY, NOBODY);
}

/** This process is that user's from here on. */
export function becomeUnprivileged(): void {
  if (!IS_ROOT) return;
  process.setgroups?.([]);
  process.setgid?.(NOBODY);
  process.setuid?.(NOBODY);
}
