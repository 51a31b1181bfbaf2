/** Settings that keep Claude Code from running any hook of a target. */
import { join, resolve } from 'node:path';
import { readIfThere } from './replace-file.ts';
import { parseSettings } from './settings-text.ts';
import { settingsPath, type HookTarget } from './targets.ts';
import type { Host } from './host.ts';

export interface DisabledBy {
  readonly setting: 'disableAllHooks' | 'allowManagedHooksOnly';
  readonly file: string;
}

/** Of the levels that a session of this target reads the strongest that says anything about it decides. */
export async function findDisabled(target: HookTarget, host: Host): Promise<readonly DisabledBy[]> {
  const files = settingsLevels(target, host);
  const levels = await Promise.all(files.map(async (file) => ({ file, settings: await readQuietly(file) })));
  const decides = levels.find(({ settings }) => typeof settings['disableAllHooks'] === 'boolean');
  const found: DisabledBy[] = [];
  if (decides?.settings['disableAllHooks'] === true) {
    found.push({ setting: 'disableAllHooks', file: decides.file });
  }
  const managed = levels[0];
  if (managed?.settings['allowManagedHooksOnly'] === true) {
    found.push({ setting: 'allowManagedHooksOnly', file: managed.file });
  }
  return found;
}

/** The files of a session, strongest first: managed, local, project, user. */
export function settingsLevels(target: HookTarget, host: Host): readonly string[] {
  const own = settingsPath(target, host);
  const user = settingsPath({ kind: 'user' }, host);
  const project = target.kind === 'folder' ? [join(resolve(target.folder), '.claude', 'settings.json')] : [];
  return [...new Set([host.managedSettings, own, ...project, user])];
}

async function readQuietly(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const bytes = await readIfThere(file);
    const value = bytes ? parseSettings(bytes, file).value : undefined;
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
