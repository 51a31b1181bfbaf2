/** What git says of an agent's folder. It runs with nothing that the repository configures: no hooks, no file system monitor, no locks. */
import { execFile } from 'node:child_process';
import { dirname } from 'node:path';

/** Git that takes longer is killed; milliseconds. */
const DEADLINE_MS = 2_000;

/** More output than this is of a tree that nobody lists; bytes. */
const MOST_OUTPUT = 1_048_576;

export interface Worktree {
  readonly root: string;
  /** Where the repository's main worktree is; `root` itself where it is that one. */
  readonly project: string;
  /** Null: no branch, or none with a commit. */
  readonly branch: string | null;
  /** As `git status --porcelain` has them. */
  readonly uncommitted: readonly string[];
}

/** Null where the folder is in no work tree, or git is missing or too slow. */
export async function readWorktree(folder: string): Promise<Worktree | null> {
  const places = await git(folder, [
    'rev-parse',
    '--path-format=absolute',
    '--show-toplevel',
    '--git-common-dir',
  ]);
  const [root, common] = places?.split('\n') ?? [];
  if (!root || !common) return null;
  const status = await git(folder, [
    'status',
    '--porcelain=v1',
    '--branch',
    '-z',
    '--untracked-files=normal',
    '--ignore-submodules=all',
  ]);
  if (status === null) return null;
  const [head = '', ...entries] = status.split('\0');
  const branch = /^## (?:No commits yet on )?(.+?)(?:\.\.\.|$)/.exec(head)?.[1] ?? null;
  return {
    root,
    project: common.endsWith('/.git') ? dirname(common) : root,
    branch: branch === 'HEAD (no branch)' ? null : branch,
    // A renamed file has its old name in an entry of its own.
    uncommitted: entries.filter((entry) => /^[ MADRCUT?!]{2} /.test(entry)),
  };
}

/** What git printed, or null where it failed. */
function git(folder: string, words: readonly string[]): Promise<string | null> {
  const { PATH = '/usr/bin:/bin', HOME = '/' } = process.env;
  const options = {
    timeout: DEADLINE_MS,
    killSignal: 'SIGKILL' as const,
    maxBuffer: MOST_OUTPUT,
    encoding: 'utf8' as const,
    env: { PATH, HOME, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0' },
  };
  const quiet = ['--no-optional-locks', '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];
  return new Promise((resolve) => {
    execFile('git', [...quiet, '-C', folder, ...words], options, (error, stdout) =>
      resolve(error ? null : stdout),
    );
  });
}
