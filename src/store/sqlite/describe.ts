/** What the running connection says of itself, and how large its files are. */
import { statSync } from 'node:fs';
import type { Database } from './database.ts';

export function describe(db: Database): {
  journalMode: string;
  synchronous: number;
  sizeBytes: number;
  walBytes: number;
} {
  return {
    journalMode: String(db.pragma('journal_mode', { simple: true })),
    synchronous: Number(db.pragma('synchronous', { simple: true })),
    sizeBytes: statSync(db.name).size,
    walBytes: statSync(`${db.name}-wal`, { throwIfNoEntry: false })?.size ?? 0,
  };
}
