/** Takes the old system's hooks out of the settings that a folder shares with its repository, beside the file that gets orq's. */
import { join, resolve } from 'node:path';
import { editSettings } from './edit-settings.ts';
import type { Host } from './host.ts';
import { readRecord } from './install-record.ts';
import { oldHandlers, removeOld } from './old-entries.ts';
import { ownHandlers } from './own-entries.ts';
import { rememberInstall, rememberSharer } from './remember-install.ts';
import { readIfThere } from './replace-file.ts';
import { encodeSettings, parseSettings, type SettingsText } from './settings-text.ts';
import { locateSettings, type HookTarget, type SettingsPlace } from './targets.ts';

/** A settings file that lost entries of the old system. */
export interface ReplacedOld {
  readonly file: string;
  readonly handlers: number;
}

/** The other settings file of a folder; null where the target has none, or both names lead to one file. */
export async function besideSettings(
  target: HookTarget,
  { realFile }: Pick<SettingsPlace, 'realFile'>,
  host: Host,
): Promise<SettingsPlace | null> {
  if (target.kind !== 'folder') return null;
  const file = join(resolve(target.folder), '.claude', 'settings.json');
  // A link that leads nowhere holds no hooks.
  const place = await locateSettings({ kind: 'file', file }, host).catch(() => null);
  return place?.exists && place.realFile !== realFile ? place : null;
}

/** @throws OrqError `forbidden` for a read-only file, `storage_busy`; nothing is taken out then. */
export async function replaceOld(place: SettingsPlace, host: Host): Promise<ReplacedOld | null> {
  return editSettings(place, async (bytes) => {
    const current = bytes && parsedOrNot(bytes, place.file);
    const handlers = current ? oldHandlers(current.root).length : 0;
    if (!current || handlers === 0) {
      if (current) await rememberSharer(place, host);
      return { write: 'keep', result: null };
    }
    await rememberInstall({ place, bytes, current, addedRules: [], exclude: null }, host);
    return {
      write: encodeSettings(current.mark, removeOld(current.text)),
      result: { file: place.file, handlers },
    };
  });
}

/** In both files of a folder that gets its hooks from elsewhere. @throws OrqError as for one. */
export async function replaceOldIn(folder: string, host: Host): Promise<readonly ReplacedOld[]> {
  const target = { kind: 'folder', folder } as const;
  const own = await locateSettings(target, host);
  const beside = await besideSettings(target, own, host);
  const places = [own, beside].filter((place) => place?.exists);
  const replaced: ReplacedOld[] = [];
  for (const place of places) {
    const done = place && (await replaceOld(place, host));
    if (done) replaced.push(done);
  }
  return replaced;
}

export async function holdsOld({ realFile, file }: SettingsPlace): Promise<boolean> {
  const bytes = await readIfThere(realFile);
  const current = bytes && parsedOrNot(bytes, file);
  return current !== undefined && oldHandlers(current.root).length > 0;
}

/** Whether the old system's entries were taken out of a file that orq has no hooks of its own in. */
export async function wasReplaced({ realFile, file }: SettingsPlace, host: Host): Promise<boolean> {
  if (!(await readRecord(realFile, host))) return false;
  const bytes = await readIfThere(realFile);
  const current = bytes && parsedOrNot(bytes, file);
  return current !== undefined && ownHandlers(current.root).length === 0;
}

/** Claude Code runs no hook of a file that it cannot read. */
function parsedOrNot(bytes: Uint8Array, file: string): SettingsText | undefined {
  try {
    return parseSettings(bytes, file);
  } catch {
    return undefined;
  }
}
