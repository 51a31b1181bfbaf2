/** What a cutover has changed, step by step, written down before it is changed: so that each step can be undone, and a second run knows the first. */
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DeliveryMode } from '../../src/protocol/agent.ts';
import { OrqError } from '../../src/protocol/errors.ts';
import { naming } from '../hooks/file-error.ts';
import { dataFolder, type Host } from '../hooks/host.ts';
import { readIfThere, replaceFile } from '../hooks/replace-file.ts';
import type { OldUnit } from './old-unit.ts';

const FORMAT = 'orq-cutover/1';

export interface CutoverRecord {
  readonly format: typeof FORMAT;
  readonly startedAtMs: number;
  /** Settings files that the cutover itself has put hooks into. */
  readonly hooks: readonly string[];
  /** Drop-ins that it has written. */
  readonly conflict: readonly string[];
  /** Units of the old system, as they were. */
  readonly units: readonly OldUnit[];
  /** Agents whose mode it has switched, with the mode of before. */
  readonly modes: readonly { readonly agent: string; readonly mode: DeliveryMode }[];
  /** Agents that a rollback has paused, and that did not go on at its end. */
  readonly paused?: readonly string[];
  /** The database into which that rollback wrote what waits; null as soon as it was taken over again. */
  readonly handedTo?: string | null;
}

function recordPath(host: Pick<Host, 'env'>): string {
  return join(dataFolder(host), 'cutover.json');
}

export function newCutover(startedAtMs: number): CutoverRecord {
  return { format: FORMAT, startedAtMs, hooks: [], conflict: [], units: [], modes: [] };
}

/** @throws OrqError settings_file_damaged where it cannot be read. */
export async function readCutover(host: Pick<Host, 'env'>): Promise<CutoverRecord | null> {
  const path = recordPath(host);
  const bytes = await naming(path, () => readIfThere(path));
  if (!bytes) return null;
  try {
    const record = JSON.parse(new TextDecoder().decode(bytes)) as CutoverRecord;
    if (record.format === FORMAT) return record;
  } catch {
    // Damaged, as one of another format.
  }
  throw new OrqError('settings_file_damaged', `${path}: is no record of a cutover that this orq reads`);
}

export async function writeCutover(record: CutoverRecord, host: Pick<Host, 'env'>): Promise<void> {
  const path = recordPath(host);
  await naming(path, async () => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const bytes = new TextEncoder().encode(`${JSON.stringify(record, null, 2)}\n`);
    await replaceFile(path, { bytes, mode: 0o600 });
  });
}

export async function dropCutover(host: Pick<Host, 'env'>): Promise<void> {
  await rm(recordPath(host), { force: true });
}

/** A database that a rollback wrote was taken over: what the old tools delivered of it is known here. */
export async function noteTakenBack(database: string, host: Pick<Host, 'env'>): Promise<void> {
  const record = await readCutover(host);
  if (record?.handedTo === database) await writeCutover({ ...record, handedTo: null }, host);
}
