/** Finds the executable of one Claude Code version: in the cache, else from the npm registry into it. */
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { resolve, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const PACKAGE = '@anthropic-ai/claude-code';
const DOWNLOAD_TIMEOUT_MS = 600_000;

/** The versions that gate a change. */
const PINNED = ['2.1.330', '2.1.197'] as const;

export interface ClientChoice {
  /** A version number, or `newest`. */
  readonly version: string;
  /** A failure on a client that was chosen by hand is a finding about that client, not about the change under test. */
  readonly gates: boolean;
}

export type Client =
  | { readonly version: string; readonly executable: string }
  | { readonly version: string; readonly unavailable: string };

/** The clients that this run is about: the pinned ones, or the one that ORQ_TEST_CLIENT names. */
export function chosenClients(): ClientChoice[] {
  const chosen = process.env['ORQ_TEST_CLIENT'];
  if (chosen) return [{ version: chosen, gates: false }];
  return PINNED.map((version) => ({ version, gates: true }));
}

const found = new Map<string, Promise<Client>>();

/** Asked once in a process for each version. Never throws: a client that cannot be had comes back with the reason. */
export function findClient(wanted: string): Promise<Client> {
  const earlier = found.get(wanted);
  if (earlier) return earlier;
  const client = lookUp(wanted);
  found.set(wanted, client);
  return client;
}

async function lookUp(wanted: string): Promise<Client> {
  if (process.arch !== 'x64' && process.arch !== 'arm64') {
    return { version: wanted, unavailable: `no Claude Code is published for ${process.arch}` };
  }
  try {
    const version = wanted === 'newest' ? await newestVersion() : wanted;
    return { version, executable: await cachedExecutable(version) };
  } catch (error) {
    return { version: wanted, unavailable: `Claude Code ${wanted} cannot be fetched: ${reasonOf(error)}` };
  }
}

/** npm says the kind of failure first and the reason second. */
function reasonOf(error: unknown): string {
  const stderr = (error as { stderr?: string }).stderr ?? '';
  const lines = stderr.split('\n').filter((line) => line.startsWith('npm error'));
  return lines.length > 0 ? lines.slice(0, 2).join('; ') : String(error).trim();
}

async function npm(...argv: readonly string[]): Promise<string> {
  const { stdout } = await execute('npm', argv, { timeout: DOWNLOAD_TIMEOUT_MS });
  return stdout.trim();
}

function newestVersion(): Promise<string> {
  return npm('view', PACKAGE, 'version');
}

async function cachedExecutable(version: string): Promise<string> {
  const cache = resolve(process.env['ORQ_TEST_CACHE'] ?? '.cache');
  const platform = `linux-${process.arch}`;
  const folder = join(cache, `claude-code-${platform}-${version}`);
  const executable = join(folder, 'claude');
  if (await exists(executable)) return executable;

  await mkdir(cache, { recursive: true });
  const partial = await mkdtemp(join(cache, 'partial-'));
  try {
    await npm('pack', `${PACKAGE}-${platform}@${version}`, '--pack-destination', partial, '--loglevel=error');
    const tarball = (await readdir(partial)).find((name) => name.endsWith('.tgz'));
    if (!tarball) throw new Error('npm pack left no tarball');
    await execute('tar', ['-xzf', join(partial, tarball), '-C', partial, 'package/claude']);
    /* Two runs may fetch at once: the first rename wins, and both find a whole file. */
    await rename(join(partial, 'package'), folder).catch(async (error: unknown) => {
      if (!(await exists(executable))) throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return executable;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
