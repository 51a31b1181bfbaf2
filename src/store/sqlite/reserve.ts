/**
 * Space set aside for a full disk: a file beside the database, given up when the disk is full so that acks, confirmations
 * and leases go on, and taken again when there is room for twice as much. Until then nothing new is stored.
 *
 * absent → whole: taken for the first time. absent → spent, whole → spent: the disk is full. spent → whole: there is room again.
 */
import { createHash } from 'node:crypto';
import { rmSync, statSync } from 'node:fs';
import { open, rename, rm, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Some 100,000 acks: most of what they write goes over what the log wrote before. */
export const RESERVE_BYTES = 8 * 1024 * 1024;

const PIECE_BYTES = 1024 * 1024;

export interface Reserve {
  /** True from a full disk until there is room again. */
  readonly isSpent: boolean;
  /** Gives the space to the database; false where there was none left to give. */
  give(): boolean;
  /** Sets the space aside where it is not and there is room; rejects with the file system's error where that fails for another reason. */
  take(): Promise<void>;
}

/** The reserve at `path`, whose file an earlier process may have left. `onChange` hears when it is spent and when it is whole again. */
export function openReserve(path: string, onChange: (isSpent: boolean) => void): Reserve {
  let isWhole = sizeOf(path) >= RESERVE_BYTES;
  let isSpent = false;
  let taking: Promise<void> | undefined;

  const spend = (): void => {
    if (!isSpent) onChange(true);
    isSpent = true;
  };
  const takeNow = async (): Promise<void> => {
    if ((await hasRoom(dirname(path))) && (await write(path))) {
      isWhole = true;
      if (isSpent) onChange(false);
      isSpent = false;
    } else spend();
  };
  return {
    get isSpent() {
      return isSpent;
    },
    give: () => {
      const gave = isWhole;
      isWhole = false;
      rmSync(path, { force: true });
      spend();
      return gave;
    },
    take: async () => {
      if (isWhole) return;
      taking ??= takeNow().finally(() => (taking = undefined));
      await taking;
    },
  };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Twice the reserve: else the next messages would spend it again. A file system that counts nothing is taken at its word. */
async function hasRoom(folder: string): Promise<boolean> {
  const { bsize, blocks, bavail } = await statfs(folder);
  return blocks === 0 || bsize * bavail >= 2 * RESERVE_BYTES;
}

/** Bytes that no file system can make smaller: some keep no zeros. False where the disk is full. */
async function write(path: string): Promise<boolean> {
  const unfinished = `${path}.new`;
  try {
    await using file = await open(unfinished, 'w', 0o600);
    const piece = createHash('shake256', { outputLength: PIECE_BYTES }).update('orq').digest();
    for (let written = 0; written < RESERVE_BYTES; written += PIECE_BYTES) await file.writeFile(piece);
    await rename(unfinished, path);
    return true;
  } catch (error) {
    await rm(unfinished, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT') return false;
    throw error;
  }
}
