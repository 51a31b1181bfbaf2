/** How a running client was started, as /proc tells. */
import { readFileSync, readlinkSync } from 'node:fs';
import { allowedEnvironment } from '../../src/agents/start-command.ts';

export interface StartFacts {
  readonly argv: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Null where the process is gone, or is not ours to read. */
export function startFactsOf(pid: number, proc = '/proc'): StartFacts | null {
  try {
    const argv = readFileSync(`${proc}/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    const variables = readFileSync(`${proc}/${pid}/environ`, 'utf8').split('\0');
    const environment = Object.fromEntries(
      variables.flatMap((variable) => {
        const at = variable.indexOf('=');
        return at > 0 ? [[variable.slice(0, at), variable.slice(at + 1)] as const] : [];
      }),
    );
    if (argv.length === 0) return null;
    const folder = readlinkSync(`${proc}/${pid}/cwd`);
    return { argv, folder, environment: allowedEnvironment(environment) };
  } catch {
    return null;
  }
}
