/** Which version of Claude Code a process runs: no hook says it, its executable's place does. */
import { readFileSync, readlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const VERSION = /^\d+\.\d+\.\d+$/;

/** The version of the client behind `pid`, or null where its place does not tell (reported for the native installer and npm's package). */
export function clientVersionOf(pid: number, proc = '/proc'): string | null {
  try {
    const executable = readlinkSync(`${proc}/${pid}/exe`);
    if (VERSION.test(basename(executable))) return basename(executable);
    return versionBeside(executable) ?? versionIn(executable);
  } catch {
    return null;
  }
}

/** npm's package holds the executable beside its package.json. */
function versionBeside(executable: string): string | null {
  try {
    const { name, version } = JSON.parse(readFileSync(join(dirname(executable), 'package.json'), 'utf8')) as {
      name?: string;
      version?: string;
    };
    return name?.startsWith('@anthropic-ai/claude-code') && version !== undefined ? version : null;
  } catch {
    return null;
  }
}

function versionIn(executable: string): string | null {
  const versions = executable.match(/\d+\.\d+\.\d+/g);
  return versions?.at(-1) ?? null;
}
