/** The disk after a power cut: what was synced, and of the rest as much as chance wrote. */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Operation } from './trace.ts';

type Change = Exclude<Operation, { kind: 'answer' | 'sync' }>;

/** A sector: smaller pieces a disk writes whole. */
const SECTOR_BYTES = 512;

export interface Disk {
  /** Takes the next operation of the recording. */
  run(operation: Operation): void;
  /** Writes the files as a cut at this point may leave them, each unsynced change kept by the chance `keep` (0 to 1), some of them torn. */
  cutTo(folder: string, keep: number, random: () => number): void;
}

/** A disk that holds the files of `folder` now, all synced. The index of the log is memory, and lost. */
export function openDisk(folder: string): Disk {
  const synced = new Map<string, Buffer>();
  const pending = new Map<string, Change[]>();
  for (const name of readdirSync(folder)) synced.set(name, readFileSync(join(folder, name)));
  return {
    run: (operation) => {
      if (operation.kind === 'answer' || operation.file.endsWith('-shm')) return;
      const { file } = operation;
      if (operation.kind !== 'sync') pending.set(file, [...(pending.get(file) ?? []), operation]);
      else {
        for (const change of pending.get(file) ?? []) apply(synced, change);
        pending.delete(file);
      }
    },
    cutTo: (target, keep, random) => {
      rmSync(target, { recursive: true, force: true });
      mkdirSync(target, { mode: 0o700 });
      const files = new Map(synced);
      for (const change of [...pending.values()].flat())
        if (random() < keep) apply(files, torn(change, random));
      for (const [name, bytes] of files) writeFileSync(join(target, name), bytes, { mode: 0o600 });
    },
  };
}

function torn(change: Change, random: () => number): Change {
  if (change.kind !== 'write' || random() < 0.9) return change;
  const sectors = Math.floor((random() * change.bytes.length) / SECTOR_BYTES);
  return { ...change, bytes: change.bytes.subarray(0, sectors * SECTOR_BYTES) };
}

function apply(files: Map<string, Buffer>, change: Change): void {
  const { file } = change;
  const before = files.get(file) ?? Buffer.alloc(0);
  if (change.kind === 'unlink') files.delete(file);
  else if (change.kind === 'truncate') {
    const after = Buffer.alloc(change.length);
    before.copy(after);
    files.set(file, after);
  } else {
    const after = Buffer.alloc(Math.max(before.length, change.at + change.bytes.length));
    before.copy(after);
    change.bytes.copy(after, change.at);
    files.set(file, after);
  }
}
