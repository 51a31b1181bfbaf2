/** Claude Code processes that run already: they pick up hook edits by themselves, but a waiter is armed only at their next prompt or Stop. */
import { readFileSync, readlinkSync } from 'node:fs';
import { readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { isClaudeProcess } from '../../src/protocol/claude-process.ts';

export interface RunningAgent {
  readonly pid: number;
  readonly cwd: string;
  /** `%12`, null outside tmux or where the environment cannot be read. */
  readonly pane: string | null;
  /** Path of the tmux server's socket. */
  readonly tmuxSocket: string | null;
  /** Of the client, where its path tells; null where it does not. */
  readonly version: string | null;
}

/**
 * The Claude Code processes whose working directory is the folder or lies below it; without a folder all of this user's.
 * A process that ends meanwhile, or is somebody else's, is left out.
 */
export async function runningAgents(folder?: string, procFolder = '/proc'): Promise<readonly RunningAgent[]> {
  const root = folder === undefined ? undefined : await realpath(folder).catch(() => folder);
  const pids = (await readdir(procFolder)).filter(
    (name) => /^\d+$/.test(name) && Number(name) !== process.pid,
  );
  const found = await Promise.all(pids.map((pid) => readAgent(`${procFolder}/${pid}`, root)));
  return found.filter((agent) => agent !== undefined).toSorted((one, other) => one.pid - other.pid);
}

async function readAgent(entry: string, root: string | undefined): Promise<RunningAgent | undefined> {
  try {
    if (!(await isClaude(entry))) return undefined;
    if (root === undefined && (await stat(entry)).uid !== process.getuid?.()) return undefined;
    const cwd = await readlink(`${entry}/cwd`);
    if (root !== undefined && !isAtOrBelow(cwd, root)) return undefined;
    const version = await versionOf(entry);
    return { pid: Number(basename(entry)), cwd, version, ...(await tmuxOf(entry)) };
  } catch {
    return undefined;
  }
}

async function isClaude(entry: string): Promise<boolean> {
  return isClaudeProcess({
    argv: (await readFile(`${entry}/cmdline`, 'utf8')).split('\0'),
    comm: () => readFileSync(`${entry}/comm`, 'utf8'),
    exe: () => readlinkSync(`${entry}/exe`),
  });
}

/** The native client lies in a folder, or under a name, that is its version. */
async function versionOf(entry: string): Promise<string | null> {
  const path = await readlink(`${entry}/exe`).catch(() => '');
  return /\/versions\/(\d+\.\d+\.\d+)(?:\/|$)/.exec(path)?.[1] ?? null;
}

function isAtOrBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(root === '/' ? root : `${root}/`);
}

async function tmuxOf(entry: string): Promise<Pick<RunningAgent, 'pane' | 'tmuxSocket'>> {
  const environment = await readFile(`${entry}/environ`, 'utf8').catch(() => '');
  const valueOf = (name: string): string | undefined =>
    environment
      .split('\0')
      .find((line) => line.startsWith(`${name}=`))
      ?.slice(name.length + 1);
  const tmux = valueOf('TMUX');
  return { pane: valueOf('TMUX_PANE') ?? null, tmuxSocket: tmux ? socketIn(tmux) : null };
}

/** `TMUX` is socket, server pid and session, and a path may hold commas. */
function socketIn(tmux: string): string {
  return tmux.replace(/,\d*,\d*$/, '');
}
