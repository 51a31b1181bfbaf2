/** The old system's JSON files beside its database; a broken one is a warning. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../hooks/file-error.ts';
import { worktreesOf, type LegacySession } from '../../src/takeover/legacy-agent.ts';
import { readRestartHistory, type LegacyRestarts } from '../../src/takeover/restart-history.ts';
import { readSessionState } from '../../src/takeover/session-state.ts';

export interface OldFiles {
  readonly sessions: readonly LegacySession[];
  readonly restarts: readonly LegacyRestarts[];
  readonly warnings: readonly string[];
}

/** `root`: the folder of the old checkout. What is not there is nothing. */
export async function readOldFiles(root: string): Promise<OldFiles> {
  const warnings: string[] = [];
  const projects = join(root, 'registry', 'projects');
  const names = (await readdir(projects).catch(() => [])).toSorted((a, b) => (a < b ? -1 : 1));
  const sessions: LegacySession[] = [];
  for (const name of names) {
    const session = await read(join(projects, name, 'session_state.json'), readSessionState, warnings);
    if (session) sessions.push(session);
  }
  const history = join(root, 'logs', 'hooks', 'restart_history.json');
  const restarts = await read(history, (parsed) => readRestartHistory(parsed, sessions), warnings);
  return { sessions, restarts: restarts ?? [], warnings };
}

/** Folders of agents that the old registry names. */
export async function registeredWorktrees(root: string): Promise<ReturnType<typeof worktreesOf>> {
  return worktreesOf((await readOldFiles(root)).sessions);
}

async function read<T>(
  path: string,
  parse: (parsed: unknown) => T | null,
  warnings: string[],
): Promise<T | null> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const errno = errnoOf(error);
    if (errno !== 'ENOENT' && errno !== 'ENOTDIR') warnings.push(`${path}: cannot be read (${errno})`);
    return null;
  });
  if (text === null) return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    warnings.push(`${path}: is not JSON`);
    return null;
  }
  const found = parse(parsed);
  if (found === null) warnings.push(`${path}: is not what its name says`);
  return found;
}
