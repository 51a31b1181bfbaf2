/** Whether and how a worktree's repository leaves orq's settings file out, and for which installs a line of orq stands there. */
import { addExclude, planExclude, removeExclude } from './git-exclude.ts';
import type { Host } from './host.ts';
import { listRecords, readRecord, type ExcludeLine } from './install-record.ts';
import type { SettingsPlace } from './targets.ts';

/** `none`: no repository, or a file that was there before; `failed`: the repository could not be written. */
export type ExcludeOutcome = 'added' | 'ignored' | 'none' | 'failed';

export interface Excluded {
  readonly outcome: ExcludeOutcome;
  /** The line of orq that hides this file, added now or by an earlier install. */
  readonly line: ExcludeLine | null;
}

/** Only a file that orq is about to make is hidden; a file that was there is its user's to commit. */
export async function excludeSettings(place: SettingsPlace, host: Host): Promise<Excluded> {
  const known = (await readRecord(place.realFile, host))?.exclude ?? null;
  if (place.worktree === null || place.exists) return { outcome: known ? 'ignored' : 'none', line: known };
  const plan = await planExclude(place.worktree, place.file, host.env);
  if (!plan) return { outcome: 'none', line: known };
  if (plan.ignored) return { outcome: 'ignored', line: known ?? (await sharedLine(plan, host)) };
  try {
    const line = await addExclude(plan.file, plan.line);
    return { outcome: line ? 'added' : 'failed', line };
  } catch {
    return { outcome: 'failed', line: null };
  }
}

/** Takes the line away with the last install that it hides. Call it after this install's record is gone. */
export async function unexcludeSettings(line: ExcludeLine | null, host: Host): Promise<boolean> {
  if (!line || (await sharedLine(line, host))) return false;
  return removeExclude(line).catch(() => false);
}

/** Linked worktrees have one exclude file: a line that another install put there serves this one too. */
async function sharedLine(
  wanted: Pick<ExcludeLine, 'file' | 'line'>,
  host: Pick<Host, 'env'>,
): Promise<ExcludeLine | null> {
  const lines = (await listRecords(host)).map(({ exclude }) => exclude);
  return lines.find((line) => line?.file === wanted.file && line.line === wanted.line) ?? null;
}
