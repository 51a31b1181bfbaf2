/** Takes over an old database: a copy is kept, read, and stored in one transaction of the daemon. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { OrqError } from '../../src/protocol/errors.ts';
import type { Imported } from '../../src/protocol/export-schemas.ts';
import { readLegacy } from '../../src/store/legacy/read.ts';
import type { Client } from '../client.ts';
import { uploadImport, type UploadOptions } from '../import-upload.ts';
import { isDown } from '../spool.ts';
import { copyDatabase, openersOf } from './database-copy.ts';
import { readOldFiles } from './old-files.ts';
import { oldProcesses, type OldProcess } from './old-processes.ts';
import { planTakeover, type TakeoverPlan } from './plan.ts';

/** The parts that take long for a large database, in their order. */
export type TakeoverPart = 'copying' | 'checking' | 'reading' | 'taking over';

export interface TakeoverOptions extends Pick<UploadOptions, 'dryRun'> {
  /** Told as each part goes on, of bytes, pages or rows. */
  readonly onProgress?: (done: number, all: number, part: TakeoverPart) => void;
  /** Folder of the old checkout; default: the database's. */
  readonly root: string | undefined;
  /** Although somebody has the database open. */
  readonly force: boolean;
  readonly nowMs: number;
}

export interface Takeover {
  readonly database: string;
  /** The copy that is kept; null after a dry run. */
  readonly backup: string | null;
  readonly report: TakeoverPlan['report'];
  /** What was stored; null where no daemon runs, which only a dry run allows. */
  readonly imported: Imported | null;
}

/** @throws OrqError not_found, database_foreign, database_damaged, storage_busy (somebody has it open), and those of the daemon. */
export async function takeOver(client: Client, file: string, options: TakeoverOptions): Promise<Takeover> {
  const { dryRun, force, nowMs, onProgress } = options;
  const part = (name: TakeoverPart) => (done: number, all: number) => onProgress?.(done, all, name);
  const database = resolve(file);
  const root = options.root ?? dirname(database);
  const working = await oldProcesses(root);
  if (!force) await assertQuiet(database, working);
  const daemon = await look(client, dryRun);
  const scratch = dryRun ? await mkdtemp(join(tmpdir(), 'orq-takeover-')) : null;
  try {
    const folder = scratch ?? join(daemon?.stateDir ?? '', 'backups');
    const copy = join(folder, `takeover-${basename(database)}-${nowMs}.db`);
    await copyDatabase(database, copy, part('copying'));
    const files = await readOldFiles(root);
    part('checking')(0, 1);
    const contents = readLegacy(copy, part('reading'));
    const { incoming, report } = planTakeover(contents, files, daemon?.agentNames ?? [], nowMs);
    const upload = { dryRun, onProgress: part('taking over') };
    const imported = daemon && (await uploadImport(client, incoming, upload));
    const warnings = [...working.map(warningOf), ...report.warnings];
    return { database, backup: dryRun ? null : copy, report: { ...report, warnings }, imported };
  } finally {
    if (scratch !== null) await rm(scratch, { recursive: true, force: true });
  }
}

/** Who works on with the old queue delivers what orq delivers too. */
async function assertQuiet(database: string, working: readonly OldProcess[]): Promise<void> {
  const writers = working.filter(({ kind }) => kind === 'writer');
  if (writers.length > 0)
    throw new OrqError(
      'storage_busy',
      `the old system still works: ${writers.map(processWords).join(', ')}`,
      {
        details: { openers: writers, forcible: true },
      },
    );
  const openers = await openersOf(database);
  if (openers.length === 0) return;
  const named = openers.map(({ pid, program }) => `${pid} (${program})`).join(', ');
  throw new OrqError('storage_busy', `database ${database}: is open in process ${named}`, {
    details: { openers, forcible: true },
  });
}

function processWords({ pid, program }: OldProcess): string {
  return `process ${pid} (${program})`;
}

function warningOf(working: OldProcess): string {
  const does =
    working.kind === 'timer' ? 'types its message when its time comes' : 'works on with the old queue';
  return `${processWords(working)}: ${does}`;
}

async function look(
  client: Client,
  dryRun: boolean,
): Promise<{ stateDir: string; agentNames: string[] } | null> {
  try {
    const { stateDir } = await client.status({});
    const { agents } = await client.agents({});
    return { stateDir, agentNames: agents.flatMap(({ id, addresses }) => [id, ...addresses]) };
  } catch (error) {
    if (dryRun && isDown(error)) return null;
    throw error;
  }
}
