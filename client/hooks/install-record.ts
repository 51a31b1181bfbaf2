/** What orq remembers of an install: the bytes before it and what it made itself, so that an uninstall can be exact. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { dataFolder, type Host } from './host.ts';
import { readIfThere, replaceFile } from './replace-file.ts';

/** A line that orq added to a repository's `info/exclude`; linked worktrees share the file and so the line. */
export interface ExcludeLine {
  readonly file: string;
  readonly line: string;
  /** Exactly what was appended. */
  readonly appended: string;
  readonly createdFile: boolean;
}

export interface InstallRecord {
  readonly format: 'orq-settings/1';
  /** The real path of the settings file. */
  readonly path: string;
  /** Epoch milliseconds. */
  readonly installedAtMs: number;
  readonly createdFile: boolean;
  /** The folder that orq made for the file. */
  readonly createdFolder: string | null;
  readonly addedRules: readonly string[];
  readonly exclude: ExcludeLine | null;
  /** The paths by which installs reached the file, as their users know them: symlinks lead several to one. */
  readonly sharers: readonly string[];
  /** Those that were uninstalled while others stayed. */
  readonly left: readonly string[];
}

const FORMAT: InstallRecord['format'] = 'orq-settings/1';

function backupFolder(host: Pick<Host, 'env'>): string {
  return join(dataFolder(host), 'backups', 'settings');
}

function recordPath(realFile: string, host: Pick<Host, 'env'>): string {
  const name = createHash('sha256').update(realFile).digest('hex').slice(0, 32);
  return join(backupFolder(host), `${name}.json`);
}

/** Where the bytes from before the install lie. */
export function backupPath(realFile: string, host: Pick<Host, 'env'>): string {
  return recordPath(realFile, host).replace(/json$/, 'original');
}

export function newRecord(path: string, installedAtMs: number, createdFile: boolean): InstallRecord {
  return {
    format: FORMAT,
    path,
    installedAtMs,
    createdFile,
    createdFolder: null,
    addedRules: [],
    exclude: null,
    sharers: [],
    left: [],
  };
}

export async function readRecord(
  realFile: string,
  host: Pick<Host, 'env'>,
): Promise<InstallRecord | undefined> {
  return parseRecord(await readIfThere(recordPath(realFile, host)));
}

/** All installs of this user. */
export async function listRecords(host: Pick<Host, 'env'>): Promise<readonly InstallRecord[]> {
  const folder = backupFolder(host);
  const names = await readdir(folder).catch((): string[] => []);
  const records = names
    .filter((name) => name.endsWith('.json'))
    .map(async (name) => parseRecord(await readIfThere(join(folder, name))));
  return (await Promise.all(records)).filter((record) => record !== undefined);
}

export async function writeRecord(record: InstallRecord, host: Pick<Host, 'env'>): Promise<void> {
  await mkdir(backupFolder(host), { recursive: true, mode: 0o700 });
  const bytes = new TextEncoder().encode(`${JSON.stringify(record, null, 2)}\n`);
  await replaceFile(recordPath(record.path, host), { bytes, mode: 0o600 });
}

export async function writeBackup(
  realFile: string,
  bytes: Uint8Array,
  host: Pick<Host, 'env'>,
): Promise<void> {
  await mkdir(backupFolder(host), { recursive: true, mode: 0o700 });
  await replaceFile(backupPath(realFile, host), { bytes, mode: 0o600 });
}

export function readBackup(realFile: string, host: Pick<Host, 'env'>): Promise<Uint8Array | undefined> {
  return readIfThere(backupPath(realFile, host));
}

export async function dropRecord(realFile: string, host: Pick<Host, 'env'>): Promise<void> {
  await rm(recordPath(realFile, host), { force: true });
  await rm(backupPath(realFile, host), { force: true });
}

/** A record that cannot be read is no record: the uninstall then takes out what it recognises and leaves the rest. */
function parseRecord(bytes: Uint8Array | undefined): InstallRecord | undefined {
  if (!bytes) return undefined;
  try {
    const record: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isRecord(record) ? { ...newRecord(record.path, 0, false), ...record } : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is InstallRecord {
  return typeof value === 'object' && value !== null && 'format' in value && value.format === FORMAT;
}
