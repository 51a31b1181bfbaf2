/** Tells how orq's hooks stand in a settings file, and what to do about it; changes nothing. */
import { OrqError } from '../../src/protocol/errors.ts';
import { findDisabled, settingsLevels } from './disabled-hooks.ts';
import { compareEntries, type EntryState } from './entry-state.ts';
import { naming } from './file-error.ts';
import { findingsOf, type Finding } from './findings.ts';
import { inspectHookClient, type ClientState } from './hook-client.ts';
import { hookClientPath, THIS_HOST, type Host } from './host.ts';
import type { JsonNode } from './json-tree.ts';
import { oldHandlers } from './old-entries.ts';
import { ownHandlers } from './own-entries.ts';
import { readIfThere } from './replace-file.ts';
import { assertShape, parseSettings, type SettingsText } from './settings-text.ts';
import { locateSettings, type HookTarget } from './targets.ts';

export interface CheckReport {
  readonly file: string;
  readonly realFile: string;
  readonly exists: boolean;
  readonly parses: boolean;
  readonly ours: EntryState & { readonly client: ClientState };
  /** Handlers of others, over all events. */
  readonly foreignHooks: number;
  /** Settings files of the same sessions that hold hooks of the old system. */
  readonly oldIn: readonly string[];
  /** Names of the settings that switch the hooks off. */
  readonly disabledBy: readonly string[];
  /** Other settings files of the same sessions that hold orq's hooks too: each event would then be sent twice. */
  readonly alsoIn: readonly string[];
  readonly ok: boolean;
  readonly findings: readonly Finding[];
}

/** What an install would be given now; what is left out is taken from the entries. */
export interface Expected {
  readonly socket?: string;
  readonly agent?: string;
}

/** @throws OrqError for a target that is no settings file; a damaged file is a finding. */
export async function checkHooks(
  target: HookTarget,
  expected: Expected = {},
  host: Host = THIS_HOST,
): Promise<CheckReport> {
  const { file, realFile } = await locateSettings(target, host);
  const bytes = await naming(`settings file ${file}`, () => readIfThere(realFile));
  const read = bytes ? readSettings(bytes, file) : undefined;
  const settings = read instanceof OrqError ? undefined : read;
  const damage = read instanceof OrqError ? read : undefined;
  const { foreignHooks, ...entries } = compareEntries(settings?.root, hookClientPath(host), expected);
  const client = await inspectHookClient(entries.command ?? hookClientPath(host), host);
  const disabled = await findDisabled(target, host);
  const levels = [...new Set([file, ...settingsLevels(target, host)])];
  const others = levels.filter((level) => level !== file);
  const alsoIn = entries.installed ? await thoseWith(ownHandlers, others) : [];
  const oldIn = await thoseWith(oldHandlers, levels);
  const findings = findingsOf({ file, damage, entries, client, disabled, alsoIn, oldIn });
  return {
    file,
    realFile,
    exists: bytes !== undefined,
    parses: settings !== undefined,
    ours: { ...entries, client },
    foreignHooks,
    oldIn,
    disabledBy: disabled.map(({ setting }) => setting),
    alsoIn,
    ok: findings.length === 0,
    findings,
  };
}

function readSettings(bytes: Uint8Array, file: string): SettingsText | OrqError {
  try {
    const settings = parseSettings(bytes, file);
    assertShape(settings, file);
    return settings;
  } catch (error) {
    if (error instanceof OrqError) return error;
    throw error;
  }
}

/** The files in which `handlers` finds any. */
async function thoseWith(
  handlers: (root: JsonNode) => readonly JsonNode[],
  files: readonly string[],
): Promise<readonly string[]> {
  const held = await Promise.all(
    files.map(async (file) => {
      const bytes = await readIfThere(file).catch(() => undefined);
      const settings = bytes && readSettings(bytes, file);
      return settings !== undefined && !(settings instanceof OrqError) && handlers(settings.root).length > 0;
    }),
  );
  return files.filter((_, at) => held[at]);
}
