/** Decides what an uninstall will go back to, and writes it down before the settings file changes. */
import type { Host } from './host.ts';
import {
  newRecord,
  readBackup,
  readRecord,
  writeBackup,
  writeRecord,
  type ExcludeLine,
  type InstallRecord,
} from './install-record.ts';
import { removeHooks } from './merge.ts';
import { oldHandlers } from './old-entries.ts';
import { ownHandlers } from './own-entries.ts';
import { presentRules } from './permission-rules.ts';
import { recallBefore, withoutOrq } from './settings-before.ts';
import { encodeSettings, type SettingsText } from './settings-text.ts';
import type { SettingsPlace } from './targets.ts';

export interface Installing {
  readonly place: SettingsPlace;
  /** The file as it is, undefined where it has to be made. */
  readonly bytes: Uint8Array | undefined;
  readonly current: SettingsText;
  readonly addedRules: readonly string[];
  readonly exclude: ExcludeLine | null;
}

/** @returns whether there are bytes to go back to; false where orq makes the file. */
export async function rememberInstall(installing: Installing, host: Host): Promise<boolean> {
  const { place, bytes, current, addedRules, exclude } = installing;
  const before = await readRecord(place.realFile, host);
  const valid = before && (await stillStands(before, current, host)) ? before : undefined;
  const original = valid ? await withReadded(valid, current, host) : bytes && bytesWithoutOwn(bytes, current);
  const known = valid && original ? { ...valid, createdFile: false } : valid;
  const base = known ?? newRecord(place.realFile, host.nowMs(), bytes === undefined);
  const record: InstallRecord = {
    ...base,
    createdFolder: place.missingFolder ?? before?.createdFolder ?? null,
    addedRules: [...base.addedRules, ...addedRules],
    exclude,
    sharers: [...new Set([...base.sharers, place.file])],
    left: base.left.filter((file) => file !== place.file),
  };
  if (original) await writeBackup(place.realFile, original, host);
  if (!valid || JSON.stringify(valid) !== JSON.stringify(record)) await writeRecord(record, host);
  return !record.createdFile;
}

/** Notes that one more path leads to a file whose old entries are out already. */
export async function rememberSharer({ file, realFile }: SettingsPlace, host: Host): Promise<void> {
  const record = await readRecord(realFile, host);
  if (!record || record.sharers.includes(file)) return;
  const left = record.left.filter((each) => each !== file);
  await writeRecord({ ...record, sharers: [...record.sharers, file], left }, host);
}

/** A file that holds nothing of orq any more was put back by somebody else: what it is now is the state to go back to. */
async function stillStands(record: InstallRecord, current: SettingsText, host: Host): Promise<boolean> {
  if (!record.createdFile && !(await readBackup(record.path, host))) return false;
  return ownHandlers(current.root).length > 0 || presentRules(current.text, record.addedRules).length > 0;
}

/** Entries of the old system that somebody put in after an install belong to what an uninstall goes back to. */
async function withReadded(
  record: InstallRecord,
  current: SettingsText,
  host: Host,
): Promise<Uint8Array | undefined> {
  if (oldHandlers(current.root).length === 0) return undefined;
  const { bytes, asBefore } = withoutOrq(current, await recallBefore(record, host));
  return asBefore ? undefined : bytes;
}

/** Where the memory of an earlier install is lost, the file without orq's entries is the best that is known. */
function bytesWithoutOwn(bytes: Uint8Array, { mark, text }: SettingsText): Uint8Array {
  const without = removeHooks(text, undefined);
  return without === text ? bytes : encodeSettings(mark, without);
}
