/** A folder on a disk of a few MiB: a tmpfs in a mount namespace of its own, which needs root or user namespaces. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';

export interface SmallDisk extends AsyncDisposable {
  /** In front of a program that is to see the disk. */
  readonly under: readonly string[];
  /** The path of `name` on the disk, for this process. */
  at(name: string): string;
  /** Takes all space that is left. */
  fill(): void;
  /** Gives back what `fill` took. */
  empty(): void;
}

const MOUNT = 'mount -t tmpfs -o "size=$1,mode=700" tmpfs "$2" && echo mounted && exec cat';

/** Why there can be none here, or false. */
export const SMALL_DISK_MISSING: string | false = ((): string | false => {
  for (const words of [
    ['unshare', '-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'],
    ['nsenter', '--version'],
  ]) {
    const { status, error } = spawnSync(words[0] ?? '', words.slice(1), { stdio: 'ignore' });
    if (error || status !== 0) return `${words.slice(0, 2).join(' ')} cannot be run here`;
  }
  return false;
})();

/** Mounts `mib` MiB on `folder`, which is made; other processes see an empty folder there. */
export async function openSmallDisk(folder: string, mib: number): Promise<SmallDisk> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const holder = spawn('unshare', ['-rm', 'sh', '-c', MOUNT, 'sh', `${mib}m`, folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const gone = once(holder, 'exit');
  await Promise.race([once(holder.stdout, 'data'), gone]);
  const at = (name: string): string => `/proc/${holder.pid}/root${folder}/${name}`;
  return {
    under: ['nsenter', '-t', String(holder.pid), '-U', '-m', '--preserve-credentials'],
    at,
    fill: () => fillWith(at('filler')),
    empty: () => rmSync(at('filler')),
    [Symbol.asyncDispose]: async () => {
      holder.stdin.end();
      await gone;
    },
  };
}

function fillWith(path: string): void {
  const file = openSync(path, 'a');
  try {
    for (const piece of [new Uint8Array(65_536), new Uint8Array(512)]) {
      try {
        for (;;) writeSync(file, piece);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
  } finally {
    closeSync(file);
  }
}
