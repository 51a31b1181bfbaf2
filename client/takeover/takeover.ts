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
import { planTakeover, type TakeoverPlan } from './plan.ts';

export interface TakeoverOptions extends UploadOptions {
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
  const { dryRun, force, nowMs } = options;
  const database = resolve(file);
  await assertQuiet(database, force);
  const daemon = await look(client, dryRun);
  const scratch = dryRun ? await mkdtemp(join(tmpdir(), 'orq-takeover-')) : null;
  try {
    const folder = scratch ?? join(daemon?.stateDir ?? '', 'backups');
    const copy = join(folder, `takeover-${basename(database)}-${nowMs}.db`);
    await copyDatabase(database, copy);
    const files = await readOldFiles(options.root ?? dirname(database));
    const { incoming, report } = planTakeover(readLegacy(copy), files, daemon?.agentNames ?? [], nowMs);
    const imported = daemon && (await uploadImport(client, incoming, options));
    return { database, backup: dryRun ? null : copy, report, imported };
  } finally {
    if (scratch !== null) await rm(scratch, { recursive: true, force: true });
  }
}

async function assertQuiet(database: string, force: boolean): Promise<void> {
  const openers = force ? [] : await openersOf(database);
  if (openers.length === 0) return;
  const named = openers.map(({ pid, program }) => `${pid} (${program})`).join(', ');
  throw new OrqError('storage_busy', `database ${database}: is open in process ${named}`, {
    details: { openers, forcible: true },
  });
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
