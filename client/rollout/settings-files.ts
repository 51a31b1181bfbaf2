/** The settings files that a roll-out may change. */
import type { Host } from '../hooks/host.ts';
import { besideSettings } from '../hooks/replace-old.ts';
import { locateSettings } from '../hooks/targets.ts';
import type { Worktree } from './worktrees.ts';

/** By their real paths: of each folder its own, and the one that it shares with its repository. */
export async function settingsFilesOf(
  worktrees: readonly Worktree[],
  host: Host,
): Promise<readonly string[]> {
  const files = new Set<string>();
  const folders = worktrees
    .filter(({ fault }) => fault === null)
    .flatMap(({ folder, sharedWith }) => [folder, ...sharedWith]);
  for (const folder of folders) {
    const target = { kind: 'folder', folder } as const;
    const own = await locateSettings(target, host);
    files.add(own.realFile);
    const beside = await besideSettings(target, own, host);
    if (beside) files.add(beside.realFile);
  }
  return [...files];
}
