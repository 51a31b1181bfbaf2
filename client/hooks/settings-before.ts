/** What a settings file goes back to when orq leaves it. */
import { isDeepStrictEqual } from 'node:util';
import type { Host } from './host.ts';
import { readBackup, type InstallRecord } from './install-record.ts';
import { parseStrict, type JsonNode } from './json-tree.ts';
import { removeHooks } from './merge.ts';
import { oldHandlers, putBackOld, removeOld } from './old-entries.ts';
import { presentRules, removeRules } from './permission-rules.ts';
import { encodeSettings, NEW_FILE, parseSettings, type SettingsText } from './settings-text.ts';

export interface Before {
  readonly record: InstallRecord;
  readonly bytes: Uint8Array;
  readonly root: JsonNode;
  readonly value: unknown;
  /** What the file holds when orq's entries are gone and those of the old system are not back yet. */
  readonly bareValue: unknown;
}

/** undefined where the bytes are lost. */
export async function recallBefore(record: InstallRecord, host: Host): Promise<Before | undefined> {
  const bytes = record.createdFile ? NEW_FILE : await readBackup(record.path, host);
  if (!bytes) return undefined;
  const { text, root, value } = parseSettings(bytes, `${record.path} (backup)`);
  return { record, bytes, root, value, bareValue: parseStrict(removeOld(text)).value };
}

export interface WithoutOrq {
  readonly bytes: Uint8Array;
  /** The same text as before the question. */
  readonly unchanged: boolean;
  /** Says what the file said before the install: its very bytes. */
  readonly asBefore: boolean;
  readonly removedRules: readonly string[];
}

/** Orq's entries out, those of the old system that it took out back, all else as it is now. */
export function withoutOrq(current: SettingsText, before: Before | undefined): WithoutOrq {
  const removedRules = presentRules(current.text, before?.record.addedRules ?? []);
  const unhooked = removeHooks(current.text, before?.bareValue);
  const bare = removeRules(unhooked, removedRules, before?.bareValue);
  const text = before ? putBackOld(bare, before.root) : bare;
  const unchanged = text === current.text;
  const isBare = oldHandlers(current.root).length === 0;
  const asBefore =
    before !== undefined &&
    ((isBare && isDeepStrictEqual(parseStrict(bare).value, before.bareValue)) ||
      isDeepStrictEqual(parseStrict(text).value, before.value));
  const bytes = asBefore ? before.bytes : encodeSettings(current.mark, text);
  return { bytes, unchanged, asBefore, removedRules };
}
