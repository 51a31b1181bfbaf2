/** Both clients under test, and how a test starts one of them. */
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe } from 'node:test';
import { fileURLToPath } from 'node:url';

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '../../../client/hook');

export type HookClient = { readonly name: string; readonly path: string; readonly words: readonly string[] };

export type Outcome = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly elapsedMs: number;
};

export type HookOptions = {
  /** Written to stdin, as latin1, then stdin is closed; null leaves it open. */
  readonly stdin?: string | null;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdio?: StdioOptions;
};

export const TWIN: HookClient = {
  name: 'twin',
  path: process.execPath,
  words: [join(FOLDER, 'orq-hook.js')],
};

function isElf(path: string): boolean {
  const file = openSync(path, 'r');
  const magic = new Uint8Array(4);
  readSync(file, magic);
  closeSync(file);
  return String.fromCharCode(...magic) === '\x7fELF';
}

/** Undefined where the build found no C compiler. */
export const NATIVE: HookClient | undefined = isElf(join(FOLDER, 'orq-hook'))
  ? { name: 'native', path: join(FOLDER, 'orq-hook'), words: [] }
  : undefined;

/** Runs the same table against both clients. */
export function describeClients(topic: string, table: (client: HookClient) => void): void {
  for (const client of NATIVE ? [NATIVE, TWIN] : [TWIN]) {
    describe(`${topic} (${client.name})`, () => table(client));
  }
}

/** Starts a client with no environment but the given one. */
export function startHook(
  client: HookClient,
  words: readonly string[],
  options: HookOptions = {},
): ChildProcess {
  const { stdin = '{}', env = {}, cwd, stdio = 'pipe' } = options;
  const mark = process.env['ORQ_TEST_RUN'];
  const child = spawn(client.path, [...client.words, ...words], {
    env: { ...(mark ? { ORQ_TEST_RUN: mark } : {}), ...env },
    stdio,
    ...(cwd === undefined ? {} : { cwd }),
  });
  child.stdin?.on('error', () => undefined);
  if (stdin !== null) child.stdin?.end(stdin, 'latin1');
  return child;
}

/** Resolves when the process has ended and its output is complete. */
export async function outcomeOf(child: ChildProcess): Promise<Outcome> {
  const startedMs = performance.now();
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('latin1').on('data', (piece: string) => (stdout += piece));
  child.stderr?.setEncoding('latin1').on('data', (piece: string) => (stderr += piece));
  const exited = once(child, 'exit').then(() => performance.now() - startedMs);
  const [[code], elapsedMs] = await Promise.all([once(child, 'close') as Promise<[number | null]>, exited]);
  return { code, stdout, stderr, elapsedMs };
}

export function runHook(
  client: HookClient,
  words: readonly string[],
  options: HookOptions = {},
): Promise<Outcome> {
  return outcomeOf(startHook(client, words, options));
}

/** The outcome that every failure has: exit 0 and not one byte. */
export const SILENCE = { code: 0, stdout: '', stderr: '' } as const;

export function withoutTime({ code, stdout, stderr }: Outcome): Omit<Outcome, 'elapsedMs'> {
  return { code, stdout, stderr };
}
