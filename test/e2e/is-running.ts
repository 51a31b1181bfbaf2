import { readFile } from 'node:fs/promises';

/** False also for a process that ended and that nobody has reaped yet. */
export async function isRunning(pid: number): Promise<boolean> {
  return readFile(`/proc/${pid}/stat`, 'utf8').then(
    (stat) => !/\) [ZX] /.test(stat),
    () => false,
  );
}
