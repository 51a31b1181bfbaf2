/** Which settings files a `hooks` command means. */
import type { Command } from 'commander';
import type { HookTarget } from '../hooks/targets.ts';
import { OrqError } from '../../src/protocol/errors.ts';

export interface TargetFlags {
  readonly user?: true;
  readonly settings?: string;
}

export function addTargets(command: Command): Command {
  return command
    .argument('[folder...]', "worktrees, each by its settings.local.json (default: this folder's)")
    .option('--user', "the user's own settings: one install for all worktrees")
    .option('--settings <file>', 'this settings file');
}

/** @throws OrqError `bad_request` when more than one way of naming is used. */
export function chooseTargets(folders: readonly string[], { user, settings }: TargetFlags): HookTarget[] {
  const ways = [folders.length > 0, user === true, settings !== undefined].filter(Boolean);
  if (ways.length > 1) throw new OrqError('bad_request', 'folders, --user and --settings exclude each other');
  if (user) return [{ kind: 'user' }];
  if (settings !== undefined) return [{ kind: 'file', file: settings }];
  return (folders.length > 0 ? folders : ['.']).map((folder) => ({ kind: 'folder', folder }));
}
