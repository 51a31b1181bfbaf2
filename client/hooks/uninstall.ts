/** Takes orq's hooks out of a settings file and puts back what was there before. */
import { rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { editSettings, type Decision } from './edit-settings.ts';
import { unexcludeSettings } from './exclude-settings.ts';
import { THIS_HOST, type Host } from './host.ts';
import { dropRecord, readRecord, type InstallRecord } from './install-record.ts';
import { ownHandlers } from './own-entries.ts';
import { besideSettings, wasReplaced } from './replace-old.ts';
import { recallBefore, withoutOrq, type Before } from './settings-before.ts';
import { parseSettings, type SettingsText } from './settings-text.ts';
import { leaveShared } from './shared-settings.ts';
import { locateSettings, type HookTarget, type SettingsPlace } from './targets.ts';

export interface UninstallReport {
  readonly file: string;
  readonly realFile: string;
  /**
   * `restored`: the bytes from before the install; `changed`: others edited meanwhile, their edits stay;
   * `removed`: orq had made the file; `unchanged`: nothing of orq in it; `absent`: no file;
   * `shared`: the hooks stay, because other worktrees are served by the same file.
   */
  readonly outcome: 'restored' | 'changed' | 'removed' | 'unchanged' | 'absent' | 'shared';
  readonly removedHandlers: number;
  readonly removedRules: readonly string[];
  readonly removedFolder: string | null;
  /** Whether orq's line in the repository's `info/exclude` went too. */
  readonly removedExclude: boolean;
  /** Other files of the folder that got the entries of the old system back. */
  readonly putBack: readonly string[];
  /** The paths by which others still use the hooks of this file, or of the one beside it that lost entries of the old system. */
  readonly sharedWith: readonly string[];
}

type Removal = Pick<UninstallReport, 'outcome' | 'removedHandlers' | 'removedRules'>;
type TakenOut = Omit<UninstallReport, 'file' | 'realFile' | 'putBack' | 'sharedWith'>;

/**
 * Removes only what orq wrote. Running sessions lose the hooks at once; the hook client stays for other installs. A worktree that
 * shares its file is taken off the list, and the hooks go with the last one; a file that is named itself loses them for all.
 * @throws OrqError as an install does; the file is then as it was.
 */
export async function uninstallHooks(target: HookTarget, host: Host = THIS_HOST): Promise<UninstallReport> {
  const place = await locateSettings(target, host);
  const { file, realFile } = place;
  const record = await readRecord(realFile, host);
  const sharedWith = record && target.kind !== 'file' ? await leaveShared(record, file, host) : [];
  if (sharedWith.length > 0)
    return { file, realFile, ...NOTHING, outcome: 'shared', putBack: [], sharedWith };
  const taken = await takeOut(place, record, host);
  const folders = target.kind === 'folder' ? [target.folder, ...(record?.left ?? []).map(folderOf)] : [];
  const beside: PutBack[] = [];
  for (const folder of folders) beside.push(await putBackBeside(folder, place, host));
  return {
    file,
    realFile,
    ...taken,
    putBack: beside.flatMap((each) => each.putBack),
    sharedWith: [...new Set(beside.flatMap((each) => each.sharedWith))],
  };
}

const NOTHING = { removedHandlers: 0, removedRules: [], removedFolder: null, removedExclude: false } as const;

async function takeOut(
  place: SettingsPlace,
  record: InstallRecord | undefined,
  host: Host,
): Promise<TakenOut> {
  const before = record && (await recallBefore(record, host));
  const removal = await editSettings<Removal>(place, async (bytes) => {
    if (bytes) return decide(parseSettings(bytes, place.file), before);
    return { write: 'keep', result: { outcome: 'absent', removedHandlers: 0, removedRules: [] } };
  });
  await dropRecord(place.realFile, host);
  const folder = record?.createdFolder ?? null;
  return {
    ...removal,
    removedFolder: folder !== null && (await removeIfEmpty(folder)) ? folder : null,
    removedExclude: await unexcludeSettings(record?.exclude ?? null, host),
  };
}

type PutBack = Pick<UninstallReport, 'putBack' | 'sharedWith'>;

async function putBackBeside(folder: string, own: SettingsPlace, host: Host): Promise<PutBack> {
  const beside = await besideSettings({ kind: 'folder', folder }, own, host);
  const record = beside && (await readRecord(beside.realFile, host));
  if (!beside || !record || !(await wasReplaced(beside, host))) return { putBack: [], sharedWith: [] };
  const sharedWith = await leaveShared(record, beside.file, host);
  if (sharedWith.length > 0) return { putBack: [], sharedWith };
  await takeOut(beside, record, host);
  return { putBack: [beside.file], sharedWith: [] };
}

/** Of the settings file of a worktree. */
function folderOf(file: string): string {
  return dirname(dirname(file));
}

function decide(current: SettingsText, before: Before | undefined): Decision<Removal> {
  const { bytes, unchanged, asBefore, removedRules } = withoutOrq(current, before);
  const counts = { removedHandlers: ownHandlers(current.root).length, removedRules };
  if (asBefore && before?.record.createdFile)
    return { write: 'remove', result: { outcome: 'removed', ...counts } };
  if (unchanged) return { write: 'keep', result: { outcome: 'unchanged', ...counts } };
  return { write: bytes, result: { outcome: asBefore ? 'restored' : 'changed', ...counts } };
}

function removeIfEmpty(folder: string): Promise<boolean> {
  return rmdir(folder).then(
    () => true,
    () => false,
  );
}
