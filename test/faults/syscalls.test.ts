/**
 * Every write, sync and open of the database that the daemon makes in a short life fails once, each in a life of its own, once and from then on.
 * A third of the points is tried, of the many writes each by one kind of fault; FAULTS=all tries every one.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ERRORS } from '../../src/protocol/errors.ts';
import { testFolder, type TestFolder } from '../support/folder.ts';
import { openTestStore } from '../support/store.ts';
import { runWith, type FaultedRun } from './faulted-run.ts';
import { nameOf, STRACE_MISSING, type Fault, type Syscall } from './strace.ts';

const STRIDES: Readonly<Partial<Record<Syscall, number>>> =
  process.env['FAULTS'] === 'all' ? {} : { fsync: 3, pwrite64: 12 };

/** Lives at a time: each waits for its disk more than for a core. */
const AT_ONCE = 3;

const KINDS: readonly Pick<Fault, 'syscall' | 'error' | 'forEver'>[] = [
  { syscall: 'openat', error: 'EIO', forEver: false },
  { syscall: 'fsync', error: 'EIO', forEver: false },
  { syscall: 'fsync', error: 'EIO', forEver: true },
  { syscall: 'pwrite64', error: 'EIO', forEver: false },
  { syscall: 'pwrite64', error: 'EIO', forEver: true },
  { syscall: 'pwrite64', error: 'ENOSPC', forEver: false },
  { syscall: 'pwrite64', error: 'ENOSPC', forEver: true },
];

/** Where the sweep over one system call may end early: the calls of a life are some hundred. */
const LAST_POINT: Readonly<Record<Syscall, number>> = {
  openat: 20,
  fsync: 60,
  fdatasync: 60,
  pwrite64: 600,
  ftruncate: 20,
};

/** So many points in a row that no life reached end a sweep: one life makes some twenty calls more than another, as its commits fall together or not. */
const MISSES = process.env['FAULTS'] === 'all' ? 10 : 2;

function wrongIn(fault: Fault, run: FaultedRun): string[] {
  const code = fault.error === 'EIO' ? 'storage_failed' : 'storage_full';
  // What cannot be opened for writing SQLite opens for reading.
  const readOnly = fault.syscall === 'openat' ? [ERRORS.unsafe_permissions.exit] : [];
  const allowed = [0, ERRORS[code].exit, ...readOnly];
  return [
    ...run.lost.map((key) => `lost ${key}`),
    ...run.doubled.map((key) => `doubled ${key}`),
    ...run.unexpected.map((key) => `${key} was answered as not stored, and is`),
    ...(run.integrity === 'ok' ? [] : [`integrity: ${run.integrity}`]),
    ...(allowed.includes(run.exit ?? -1) ? [] : [`exit ${run.exit}: ${run.log.slice(-600)}`]),
    ...run.codes.filter(
      (code) => !['storage_failed', 'storage_full', 'unreachable', 'shutting_down'].includes(code),
    ),
  ].map((fact) => `${nameOf(fault)}: ${fact}`);
}

/** Every point takes a start of the daemon: on a busy machine some seconds each. */
const LIMIT_MS = process.env['FAULTS'] === 'all' ? 7_200_000 : 1_800_000;

describe('a fault of the storage', { skip: STRACE_MISSING, timeout: LIMIT_MS }, () => {
  let template: TestFolder;
  before(async () => {
    template = testFolder();
    await using store = openTestStore({ stateDir: template.at('state') });
    await store.upkeep();
  });
  after(() => template[Symbol.dispose]());

  /** Tries the points of a kind until the fault no longer fires in any life; what was wrong, and how many fired. */
  async function sweep(kind: (typeof KINDS)[number], offset: number) {
    const stride = STRIDES[kind.syscall] ?? 1;
    const wrong: string[] = [];
    const codes = new Set<string>();
    let [next, fired, missed] = [1 + ((3 * offset) % stride), 0, 0];
    const lives = Array.from({ length: AT_ONCE }, async () => {
      while (missed < MISSES && next <= LAST_POINT[kind.syscall]) {
        const fault = { ...kind, when: next };
        next += stride;
        const run = await runWith(fault, template.at('state'));
        if (run.fired) [fired, missed] = [fired + 1, 0];
        else missed += 1;
        wrong.push(...wrongIn(fault, run));
        for (const code of run.codes) codes.add(code);
      }
    });
    await Promise.all(lives);
    assert.ok(
      missed > 0,
      `${kind.syscall} fails at every point up to ${LAST_POINT[kind.syscall]}: there may be more`,
    );
    return { wrong, fired, codes };
  }

  for (const [index, kind] of KINDS.entries())
    it(`${kind.error} at the n-th ${kind.syscall}${kind.forEver ? ' and for ever' : ''} loses nothing that was answered`, async (t) => {
      const { wrong, fired, codes } = await sweep(kind, index);
      t.diagnostic(`${fired} points, answers: ${[...codes].join(', ') || 'none failed'}`);
      assert.deepEqual(wrong, []);
      assert.ok(fired > 0, 'the fault never fired');
    });
});
