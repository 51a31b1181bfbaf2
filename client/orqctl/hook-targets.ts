/** Which settings files a `hooks` command means. */
import type { Command } from 'commander';
import type { HookTarget } from '../hooks/targets.ts';
import { OrqError } from '../../src/protocol/errors.ts';

export interface TargetFlags {
  readonly user?: true;
  readonly settings?: string;
  readonly all?: true;
  readonly list?: string;
}

export function addTargets(command: Command): Command {
  return command
    .argument('[folder...]', "worktrees, each by its settings.local.json (default: this folder's)")
    .option('--user', "the user's own settings: one install for all worktrees")
    .option('--settings <file>', 'this settings file')
    .option('--all', 'every worktree that an agent is known to work in')
    .option('--list <file>', 'every worktree of a list: a folder a line, behind a tab the id of its agent');
}

/** @throws OrqError `bad_request` when more than one way of naming is used. */
export function chooseTargets(
  folders: readonly string[],
  { user, settings, all, list }: TargetFlags,
): HookTarget[] {
  const ways = [folders.length > 0, user, settings !== undefined, all, list !== undefined];
  if (ways.filter(Boolean).length > 1)
    throw new OrqError('bad_request', 'folders, --user, --settings, --all and --list exclude each other');
  if (user) return [{ kind: 'user' }];
  if (all === true || list !== undefined) return [];
  if (settings !== undefined) return [{ kind: 'file', file: settings }];
  return (folders.length > 0 ? folders : ['.']).map((folder) => ({ kind: 'folder', folder }));
}

/** Whether many worktrees are meant, which have to be found first. */
export function isFleet({ all, list }: TargetFlags): boolean {
  return all === true || list !== undefined;
}
