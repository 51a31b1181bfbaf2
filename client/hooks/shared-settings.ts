/** A settings file that several worktrees reach by symlinks: orq's hooks in it serve all of them, and go with the last. */
import { realpath } from 'node:fs/promises';
import type { Host } from './host.ts';
import { writeRecord, type InstallRecord } from './install-record.ts';

/** Takes `file` off the list of those that the hooks are for. @returns the others that still lead to the file; none: the hooks may go. */
export async function leaveShared(
  record: InstallRecord,
  file: string,
  host: Pick<Host, 'env'>,
): Promise<readonly string[]> {
  const others: string[] = [];
  for (const each of record.sharers) {
    if (each !== file && (await leadsTo(each, record.path))) others.push(each);
  }
  if (others.length === 0) return [];
  const left = [...new Set([...record.left, file])];
  await writeRecord({ ...record, sharers: others, left }, host);
  return others;
}

/** A worktree that was removed, or got settings of its own, shares nothing any more. */
function leadsTo(file: string, realFile: string): Promise<boolean> {
  return realpath(file).then(
    (real) => real === realFile,
    () => false,
  );
}
