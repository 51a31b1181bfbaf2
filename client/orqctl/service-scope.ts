/** The flags by which a service command is told whose systemd is meant. */
import { Option, type Command } from 'commander';
import { THIS_HOST } from '../hooks/host.ts';
import {
  installedScope,
  scopeFor,
  type Installation,
  type Scope,
  type ScopeFlags,
} from '../service/scope.ts';
import { commandLine } from '../orqctl-command.ts';
import { assertOwnAgents } from '../service/other-user.ts';
import type { Terminal } from './terminal.ts';

export function addScope(command: Command): Command {
  return command
    .option('--system', "the machine's systemd instead of your own")
    .addOption(new Option('--user <name>', 'the user whose agents the service of the machine serves'));
}

/** Where an install goes. */
export function scopeToInstall(flags: ScopeFlags, terminal: Pick<Terminal, 'env' | 'ownSocket'>): Scope {
  return scopeFor(flags, installationOf(terminal));
}

/** What is installed: the user's own, else the machine's where it serves this user. */
export function scopeInstalled(flags: ScopeFlags, terminal: Pick<Terminal, 'env' | 'ownSocket'>): Scope {
  return installedScope(flags, installationOf(terminal));
}

/** @throws OrqError forbidden, with the command to type instead, for root where the agents are another user's. */
export function refuseForOthers(
  terminal: Pick<Terminal, 'env' | 'ownSocket' | 'socket'>,
  flags: ScopeFlags = {},
  before: readonly string[] = [],
): void {
  assertOwnAgents({
    uid: process.getuid?.() ?? 0,
    socket: terminal.socket(),
    scope: () => scopeInstalled(flags, terminal),
    command: commandLine(process.argv.slice(2), THIS_HOST.packageFolder, terminal.env),
    before,
  });
}

/** Where this orq is, and would be installed. */
export function installationOf({ env, ownSocket }: Pick<Terminal, 'env' | 'ownSocket'>): Installation {
  return { env, socket: ownSocket, packageFolder: THIS_HOST.packageFolder, node: process.execPath };
}
