/** Takes orq's hooks out of a settings file and puts back what was there before. */
import { rmdir } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { editSettings, type Decision } from './edit-settings.ts';
import { unexcludeSettings } from './exclude-settings.ts';
import { THIS_HOST, type Host } from './host.ts';
import { dropRecord, readBackup, readRecord, type InstallRecord } from './install-record.ts';
import { removeHooks } from './merge.ts';
import { oldHandlers, putBackOld, removeOld } from './old-entries.ts';
import { ownHandlers } from './own-entries.ts';
import { presentRules, removeRules } from './permission-rules.ts';
import { besideSettings, wasReplaced } from './replace-old.ts';
import { encodeSettings, NEW_FILE, parseSettings, type SettingsText } from './settings-text.ts';
import { parseStrict, type JsonNode } from './json-tree.ts';
import { locateSettings, type HookTarget, type SettingsPlace } from './targets.ts';

export interface UninstallReport {
  readonly file: string;
  readonly realFile: string;
  /**
   * `restored`: the bytes from before the install; `changed`: others edited meanwhile, their edits stay;
   * `removed`: orq had made the file; `unchanged`: nothing of orq in it; `absent`: no file.
   */
  readonly outcome: 'restored' | 'changed' | 'removed' | 'unchanged' | 'absent';
  readonly removedHandlers: number;
  readonly removedRules: readonly string[];
  readonly removedFolder: string | null;
  /** Whether orq's line in the repository's `info/exclude` went too. */
  readonly removedExclude: boolean;
  /** Other files of the folder that got the entries of the old system back. */
  readonly putBack: readonly string[];
}

type Removal = Pick<UninstallReport, 'outcome' | 'removedHandlers' | 'removedRules'>;

interface Before {
  readonly record: InstallRecord;
  readonly bytes: Uint8Array;
  readonly root: JsonNode;
  /** What the file holds when orq's entries are gone and those of the old system are not back yet. */
  readonly value: unknown;
}

/**
 * Removes only what orq wrote. Running sessions lose the hooks at once; the hook client stays for other installs.
 * @throws OrqError as an install does; the file is then as it was.
 */
export async function uninstallHooks(target: HookTarget, host: Host = THIS_HOST): Promise<UninstallReport> {
  const place = await locateSettings(target, host);
  const { file, realFile } = place;
  const record = await readRecord(realFile, host);
  const before = record && (await recall(record, host));
  const removal = await editSettings<Removal>(place, async (bytes) => {
    if (bytes) return decide(parseSettings(bytes, file), before);
    return { write: 'keep', result: { outcome: 'absent', removedHandlers: 0, removedRules: [] } };
  });
  await dropRecord(realFile, host);
  const folder = record?.createdFolder ?? null;
  return {
    file,
    realFile,
    ...removal,
    removedFolder: folder !== null && (await removeIfEmpty(folder)) ? folder : null,
    removedExclude: await unexcludeSettings(record?.exclude ?? null, host),
    putBack: await putBackBeside(target, place, host),
  };
}

async function putBackBeside(target: HookTarget, place: SettingsPlace, host: Host): Promise<string[]> {
  const beside = await besideSettings(target, place, host);
  if (!beside || !(await wasReplaced(beside, host))) return [];
  await uninstallHooks({ kind: 'file', file: beside.file }, host);
  return [beside.file];
}

async function recall(record: InstallRecord, host: Host): Promise<Before | undefined> {
  const bytes = record.createdFile ? NEW_FILE : await readBackup(record.path, host);
  if (!bytes) return undefined;
  const { text, root } = parseSettings(bytes, `${record.path} (backup)`);
  return { record, bytes, root, value: parseStrict(removeOld(text)).value };
}

function decide(current: SettingsText, before: Before | undefined): Decision<Removal> {
  const rules = presentRules(current.text, before?.record.addedRules ?? []);
  const unhooked = removeHooks(current.text, before?.value);
  const text = removeRules(unhooked, rules, before?.value);
  // Where somebody has put them back already, they are not put back twice.
  const isWithoutOld = oldHandlers(current.root).length === 0;
  const next = before && isWithoutOld ? putBackOld(text, before.root) : text;
  const counts = { removedHandlers: ownHandlers(current.root).length, removedRules: rules };
  const asBefore = before !== undefined && isDeepStrictEqual(parseStrict(text).value, before.value);
  if (asBefore && before.record.createdFile)
    return { write: 'remove', result: { outcome: 'removed', ...counts } };
  if (next === current.text) return { write: 'keep', result: { outcome: 'unchanged', ...counts } };
  if (asBefore) return { write: before.bytes, result: { outcome: 'restored', ...counts } };
  return { write: encodeSettings(current.mark, next), result: { outcome: 'changed', ...counts } };
}

function removeIfEmpty(folder: string): Promise<boolean> {
  return rmdir(folder).then(
    () => true,
    () => false,
  );
}
