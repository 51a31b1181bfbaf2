/** A command of this package as anybody on this machine can type it, from any folder. */
import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { socketPath } from '../src/protocol/places.ts';

/** Longer ones would take room from messages: they stand in every heading. */
const LONGEST = 250;

/** Its bare name where the search path leads to this package, else the file; with the socket where that is not what a client would find by itself. */
export function commandFor(
  name: string,
  packageFolder: string,
  config: { readonly socket: string },
  env: NodeJS.ProcessEnv,
): string {
  const command = programFor(name, packageFolder, env);
  const { ORQ_SOCKET: _, ...plain } = env;
  const expected = socketPath(plain, { uid: process.getuid?.() ?? 0, home: homedir(), exists: existsSync });
  const whole = config.socket === expected ? command : `${command} --socket ${quotedForShell(config.socket)}`;
  return whole.length > LONGEST ? name : whole;
}

/** The bare name where the search path leads to this package, else the file. */
function programFor(name: string, packageFolder: string, env: NodeJS.ProcessEnv): string {
  const file = resolve(packageFolder, 'dist/client/orqctl/main.js');
  const found = (env['PATH'] ?? '')
    .split(':')
    .some((folder) => folder !== '' && leadsTo(join(folder, name), file));
  return found ? name : quotedForShell(file);
}

/** The words of a command line, as a shell reads them. */
export function commandLine(words: readonly string[], packageFolder: string, env: NodeJS.ProcessEnv): string {
  return [programFor('orqctl', packageFolder, env), ...words.map(quotedForShell)].join(' ');
}

function leadsTo(candidate: string, file: string): boolean {
  try {
    accessSync(candidate, constants.X_OK);
    return realpathSync(candidate) === realpathSync(file);
  } catch {
    return false;
  }
}

function quotedForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
