/** Whether Claude Code trusts a folder: in one that it does not, no hook of any settings file runs in an interactive session. Only reads. */
import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { claudeFolder, homeFolder, type Host } from '../hooks/host.ts';
import { readIfThere } from '../hooks/replace-file.ts';
import { well, wrong, type Check } from './check.ts';

export type Trust = 'trusted' | 'untrusted' | 'unknown';

/** Claude Code keeps it in `.claude.json`, per folder; a folder inside a repository shares that of those above it, a nested repository does not. */
export async function trustOf(folder: string, host: Pick<Host, 'env'>): Promise<Trust> {
  const file = trustFile(host);
  const projects = await readProjects(file);
  if (projects === undefined) return 'unknown';
  const real = await realpath(folder).catch(() => folder);
  for (const each of [folder, ...foldersOfRepository(real)]) if (isTrusted(projects[each])) return 'trusted';
  return 'untrusted';
}

export async function trustCheck(folder: string, host: Pick<Host, 'env'>): Promise<Check> {
  const name = `trust of ${folder}`;
  const trust = await trustOf(folder, host);
  const file = trustFile(host);
  if (trust === 'trusted') return well(name, `${file} says that it is trusted`);
  if (trust === 'unknown')
    return well(name, `not known, ${file} cannot be read; Claude Code asks at its first start`);
  return wrong(
    name,
    `${file} does not say that it is trusted, so no hook runs there in an interactive session`,
    `start claude in ${folder} and accept its trust dialog; a new worktree asks again`,
  );
}

export function trustFile(host: Pick<Host, 'env'>): string {
  const own = host.env['CLAUDE_CONFIG_DIR'];
  return own ? join(claudeFolder(host), '.claude.json') : join(homeFolder(host), '.claude.json');
}

async function readProjects(file: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const bytes = await readIfThere(file);
    const { projects } = JSON.parse(new TextDecoder().decode(bytes)) as { projects?: unknown };
    return typeof projects === 'object' && projects !== null ? { ...projects } : {};
  } catch {
    return undefined;
  }
}

function isTrusted(project: unknown): boolean {
  return typeof project === 'object' && project !== null && 'hasTrustDialogAccepted' in project
    ? project.hasTrustDialogAccepted === true
    : false;
}

/** The folder, and those above it up to the root of its repository. */
function foldersOfRepository(folder: string): string[] {
  const folders = [folder];
  for (let at = folder; !existsSync(join(at, '.git')); at = dirname(at)) {
    if (dirname(at) === at) return [folder];
    folders.push(dirname(at));
  }
  return folders;
}
