/* Where a run of the tests keeps its files: in memory where there is room, or every commit of every test waits for the disk. */
import { mkdtempSync, readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

const MEMORY = '/dev/shm';

/** A run needs some hundred megabytes; containers often give 64. */
const ROOM_BYTES = 2 ** 31;

/** Tests run programs that they put there. */
function memoryTakesTests() {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  const [, , kind, options] = mounts.findLast((line) => line.split(' ')[1] === MEMORY)?.split(' ') ?? [];
  if (kind !== 'tmpfs' || /\b(noexec|ro)\b/.test(options ?? '')) return false;
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize >= ROOM_BYTES;
}

/** A new folder, by a short path, so that a socket's fits below it. ORQ_TEST_UNDER names another place: a disk. */
export function makeTestHome() {
  const under = process.env['ORQ_TEST_UNDER'] ?? (memoryTakesTests() ? MEMORY : '/tmp');
  return mkdtempSync(join(under, 'orq-test-'));
}
