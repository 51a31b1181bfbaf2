/** What the installer takes from the machine: environment, clock, and where things lie. */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly packageFolder: string;
  /** The hook client that this package was built with. */
  readonly builtClient: string;
  /** The administrator's settings of Claude Code. */
  readonly managedSettings: string;
  /** Epoch milliseconds. */
  readonly nowMs: () => number;
}

export const THIS_HOST: Host = {
  env: process.env,
  packageFolder: fileURLToPath(new URL('../../..', import.meta.url)),
  builtClient: fileURLToPath(new URL('../hook/orq-hook', import.meta.url)),
  managedSettings: '/etc/claude-code/managed-settings.json',
  nowMs: () => Date.now(),
};

export function homeFolder({ env }: Pick<Host, 'env'>): string {
  return env['HOME'] || homedir();
}

/** `$XDG_DATA_HOME/orq`. The XDG specification wants a relative value ignored. */
export function dataFolder(host: Pick<Host, 'env'>): string {
  const given = host.env['XDG_DATA_HOME'];
  return join(given && isAbsolute(given) ? given : join(homeFolder(host), '.local/share'), 'orq');
}

/** The path that settings files name: outside any checkout, the same for every release. */
export function hookClientPath(host: Pick<Host, 'env'>): string {
  return join(dataFolder(host), 'bin', 'orq-hook');
}

/** Where Claude Code keeps its user's settings. */
export function claudeFolder(host: Pick<Host, 'env'>): string {
  return host.env['CLAUDE_CONFIG_DIR'] || join(homeFolder(host), '.claude');
}
