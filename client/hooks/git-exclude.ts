/** Keeps a settings file that orq made out of a repository's status, through `info/exclude`. */
import { execFile } from 'node:child_process';
import { mkdir, realpath, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { readIfThere, replaceFile } from './replace-file.ts';
import type { ExcludeLine } from './install-record.ts';

const GIT_TIMEOUT_MS = 5_000;
const TRIES = 5;

/** Nothing that the repository configures may run in its place. */
const QUIET = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];

type Answer = { readonly code: number; readonly out: string };

/** A missing or hanging git counts as no repository. `GIT_*` of the caller would name another repository. */
function git(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
  ...args: string[]
): Promise<Answer> {
  const kept = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('GIT_')));
  const options = { env: { ...kept, GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' }, timeout: GIT_TIMEOUT_MS };
  return new Promise((settle) => {
    execFile('git', ['-C', folder, ...QUIET, ...args], options, (error, out) => {
      settle({ code: error ? (typeof error.code === 'number' ? error.code : 128) : 0, out });
    });
  });
}

/** The line for a settings file, null outside a repository; `ignored` says whether git ignores the file already. */
export async function planExclude(
  worktree: string,
  settingsFile: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly file: string; readonly line: string; readonly ignored: boolean } | null> {
  const inside = join(basename(dirname(settingsFile)), basename(settingsFile));
  const [ignored, exclude, prefix] = await Promise.all([
    git(worktree, env, 'check-ignore', '-q', '--', inside),
    git(worktree, env, 'rev-parse', '--git-path', 'info/exclude'),
    git(worktree, env, 'rev-parse', '--show-prefix'),
  ]);
  if (ignored.code > 1 || exclude.code !== 0 || prefix.code !== 0) return null;
  return {
    file: await realOrSame(resolve(worktree, withoutEnd(exclude.out))),
    line: `/${escapePattern(withoutEnd(prefix.out))}${inside}`,
    ignored: ignored.code === 0,
  };
}

/** Linked worktrees reach one file by several paths. */
function realOrSame(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

function withoutEnd(line: string): string {
  return line.replace(/\n$/, '');
}

/** A folder's name is not a pattern. */
function escapePattern(path: string): string {
  return path.replaceAll(/[\\*?[\]!#]/g, '\\$&');
}

/** Appends the line. @returns null where others write the file so often that it never stood still. */
export async function addExclude(path: string, line: string): Promise<ExcludeLine | null> {
  await mkdir(dirname(path), { recursive: true });
  const file = await realOrSame(path);
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const bytes = await readIfThere(file);
    const text = bytes ? asBinary(bytes) : '';
    const appended = `${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`;
    const next = fromBinary(text + asBinary(new TextEncoder().encode(appended)));
    const done = await replaceFile(file, { bytes: next, expected: bytes ?? null, mode: 0o644 });
    if (done) return { file, line, appended, createdFile: bytes === undefined };
  }
  return null;
}

/** @returns false where the line was gone already. */
export async function removeExclude({ file, line, appended, createdFile }: ExcludeLine): Promise<boolean> {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const bytes = await readIfThere(file);
    const left = bytes && withoutLine(asBinary(bytes), line, appended);
    if (!bytes || left === undefined) return false;
    if (createdFile && left === '') {
      await rm(file, { force: true });
      return true;
    }
    const done = await replaceFile(file, { bytes: fromBinary(left), expected: bytes, mode: 0o644 });
    if (done) return true;
  }
  return false;
}

/** The line break that had to be put before the line goes with it, as long as nothing stands behind the line. */
function withoutLine(text: string, line: string, appended: string): string | undefined {
  const wanted = asBinary(new TextEncoder().encode(`${line}\n`));
  const at = `\n${text}`.lastIndexOf(`\n${wanted}`);
  if (at < 0) return undefined;
  const end = at + wanted.length;
  const isLast = end === text.length && at > 0;
  return text.slice(0, isLast && appended.startsWith('\n') ? at - 1 : at) + text.slice(end);
}

/** A byte is a character here: an exclude file has no promised encoding. */
function asBinary(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

function fromBinary(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}
