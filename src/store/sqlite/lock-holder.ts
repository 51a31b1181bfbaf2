/** Who holds the write lock of a database in WAL mode, as the kernel lists it. */
import { readFileSync, statSync } from 'node:fs';

interface LockHolder {
  readonly pid: number;
  /** The program's name, as the kernel keeps it: at most 15 characters. */
  readonly program: string;
}

/** SQLite's WAL_WRITE_LOCK: the byte of the log's index that a writer locks. */
const WRITE_LOCK_BYTE = '120';

/** Null where nobody holds it, or where the kernel does not tell: in another namespace of processes, or on a network file system. */
function holderOfWriteLock(databasePath: string): LockHolder | null {
  try {
    const inode = String(statSync(`${databasePath}-shm`).ino);
    for (const line of readFileSync('/proc/locks', 'utf8').split('\n')) {
      // 1: POSIX  ADVISORY  WRITE 4242 fe:01:131 120 120
      const [, , , kind, pid, file, start] = line.trim().split(/\s+/);
      if (kind !== 'WRITE' || start !== WRITE_LOCK_BYTE || file?.split(':')[2] !== inode) continue;
      return { pid: Number(pid), program: readFileSync(`/proc/${pid}/comm`, 'utf8').trimEnd() };
    }
  } catch {
    // It ended meanwhile, or its kernel keeps no such lists: who it is stays unknown, that it locks is known.
  }
  return null;
}

/** A lock that keeps writes waiting, and who holds it where that is known. */
export interface ForeignLock {
  readonly forMs: number;
  readonly pid: number | null;
  readonly program: string | null;
}

export function lockOn(databasePath: string, forMs: number | null): ForeignLock | null {
  if (forMs === null) return null;
  return { forMs: Math.round(forMs), ...(holderOfWriteLock(databasePath) ?? { pid: null, program: null }) };
}
