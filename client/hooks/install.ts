/** Puts orq's hooks into a settings file, so that taking them out gives the old bytes again. */
import { mkdir } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { OrqError } from '../../src/protocol/errors.ts';
import { assertAgentId } from '../../src/protocol/names.ts';
import { assertWritable, editSettings } from './edit-settings.ts';
import { excludeSettings, type ExcludeOutcome } from './exclude-settings.ts';
import { naming } from './file-error.ts';
import { placeHookClient, type PlacedClient } from './hook-client.ts';
import { hookGroups } from './hook-table.ts';
import { hookClientPath, THIS_HOST, type Host } from './host.ts';
import { backupPath } from './install-record.ts';
import { mergeHooks } from './merge.ts';
import { oldHandlers, removeOld } from './old-entries.ts';
import { addRules, missingRules, orqctlRules } from './permission-rules.ts';
import { rememberInstall } from './remember-install.ts';
import { readIfThere } from './replace-file.ts';
import { besideSettings, holdsOld, replaceOld, type ReplacedOld } from './replace-old.ts';
import { assertShape, encodeSettings, NEW_FILE, parseSettings } from './settings-text.ts';
import { locateSettings, type HookTarget, type SettingsPlace } from './targets.ts';

export interface InstallOptions {
  /** Absolute path of the daemon's socket. */
  readonly socket: string;
  /** A fixed agent id; for a folder only. */
  readonly agent?: string;
  /** Also lets agents run `orqctl send`, `reply` and `done` without a dialog. Leaving it out takes no rule back. */
  readonly allowOrqctl?: boolean;
}

export interface InstallReport {
  readonly file: string;
  /** The file behind all symlinks, which was read and written. */
  readonly realFile: string;
  readonly outcome: 'created' | 'changed' | 'unchanged';
  readonly client: PlacedClient;
  readonly socket: string;
  readonly agent: string | null;
  readonly addedRules: readonly string[];
  readonly gitExclude: ExcludeOutcome;
  /** The files that entries of the old system were taken out of; an uninstall puts them back. */
  readonly replacedOld: readonly ReplacedOld[];
  /** Where the bytes from before the install lie; null where there was no file. */
  readonly backup: string | null;
}

/**
 * Idempotent: the same options again change no byte, others replace orq's entries in place.
 * @throws OrqError `bad_request`, `not_found`, `forbidden`, `settings_file_damaged` (the file stays as it is), `storage_busy`, `storage_full`.
 */
export async function installHooks(
  target: HookTarget,
  options: InstallOptions,
  host: Host = THIS_HOST,
): Promise<InstallReport> {
  assertOptions(target, options);
  const place = await locateSettings(target, host);
  const { file, realFile } = place;
  await assertEditable(place, options, host);
  const beside = await besideSettings(target, place, host);
  if (beside && (await holdsOld(beside))) await assertWritable(beside.realFile, beside.file);
  const client = await placeHookClient(host);
  if (place.missingFolder !== null) await makeFolder(place.missingFolder);
  const excluded = await excludeSettings(place, host);
  const done = await editSettings(place, async (bytes) => {
    const current = parseSettings(bytes ?? NEW_FILE, file);
    assertShape(current, file);
    const { next, addedRules } = mergeAll(current.text, client.path, options, host);
    const hasBackup = await rememberInstall(
      { place, bytes, current, addedRules, exclude: excluded.line },
      host,
    );
    const unchanged = bytes !== undefined && next === current.text;
    const outcome = unchanged ? 'unchanged' : bytes ? 'changed' : 'created';
    const write = unchanged ? 'keep' : encodeSettings(current.mark, next);
    const handlers = oldHandlers(current.root).length;
    return { write, result: { outcome, addedRules, hasBackup, handlers } as const };
  });
  const replacedBeside = beside && (await replaceOld(beside, host));
  return {
    file,
    realFile,
    outcome: done.outcome,
    client,
    socket: options.socket,
    agent: options.agent ?? null,
    addedRules: done.addedRules,
    gitExclude: excluded.outcome,
    replacedOld: [
      ...(done.handlers > 0 ? [{ file, handlers: done.handlers }] : []),
      ...(replacedBeside ? [replacedBeside] : []),
    ],
    backup: done.hasBackup ? backupPath(realFile, host) : null,
  };
}

function mergeAll(text: string, command: string, { socket, agent, allowOrqctl }: InstallOptions, host: Host) {
  const hooked = mergeHooks(removeOld(text), hookGroups({ command, socket, agent: agent ?? null }));
  const addedRules = allowOrqctl ? missingRules(text, orqctlRules(socket, host)) : [];
  return { next: addRules(hooked, addedRules), addedRules };
}

function assertOptions({ kind }: HookTarget, { socket, agent }: InstallOptions): void {
  if (!isAbsolute(socket)) throw new OrqError('bad_request', `socket ${socket}: not an absolute path`);
  if (agent === undefined) return;
  if (kind !== 'folder') {
    throw new OrqError(
      'bad_request',
      `agent ${agent}: settings that every session reads would give all of them this id`,
    );
  }
  assertAgentId(agent);
}

/** What cannot be changed is refused before anything is made beside it. */
async function assertEditable(place: SettingsPlace, options: InstallOptions, host: Host): Promise<void> {
  const { file, realFile, exists } = place;
  if (!exists) return;
  await naming(`settings file ${file}`, async () => {
    const bytes = await readIfThere(realFile);
    if (!bytes) return;
    const settings = parseSettings(bytes, file);
    assertShape(settings, file);
    const { next } = mergeAll(settings.text, hookClientPath(host), options, host);
    if (next !== settings.text) await assertWritable(realFile, file);
  });
}

function makeFolder(folder: string): Promise<unknown> {
  return naming(`folder ${folder}`, () => mkdir(folder, { recursive: true }));
}
