/** Power cuts at points of a recorded run of the daemon: what was answered is on the disk, and the database is sound. */
import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createClient } from '../../client/index.ts';
import { openPlain } from '../../src/store/sqlite/database.ts';
import { DATABASE_FILE } from '../../src/store/sqlite/store.ts';
import { openHookCaller } from '../daemon/hooks/hook-caller.ts';
import { startDaemon } from '../support/daemon.ts';
import { testFolder, type TestFolder } from '../support/folder.ts';
import { openTestStore } from '../support/store.ts';
import { openDisk, type Disk } from './power-cut.ts';
import { STRACE_MISSING, recording } from './strace.ts';
import { operationsIn, type Operation } from './trace.ts';

const PRELOADED = fileURLToPath(new URL('./pragmas.js', import.meta.url));
const SENT = 120;

/** Every point between two operations, or one in so many. */
const STRIDE = process.env['FAULTS'] === 'all' ? 1 : 9;

/** Chances of an unsynced change to be on the disk: none, half of them, all. */
const KEPT = [0, 0.5, 1];

/** The same on every run (mulberry32). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Runs the daemon with `synchronous` for its durable commits; what it wrote, from a migrated database on. */
async function recorded(folder: TestFolder, synchronous: 'FULL' | 'NORMAL'): Promise<readonly Operation[]> {
  const [stateDir, trace] = [folder.at('state'), folder.at('trace')];
  await openTestStore({ stateDir })[Symbol.asyncDispose]();
  cpSync(stateDir, folder.at('before'), { recursive: true });
  await using daemon = await startDaemon({
    folder: folder.path,
    under: recording(trace),
    env: {
      ORQ_SWEEP_MS: '60000',
      TEST_SYNCHRONOUS: synchronous,
      NODE_OPTIONS: `--import=file://${PRELOADED}`,
    },
  });
  await using client = createClient({ socket: daemon.socket });
  const hooks = openHookCaller(daemon.socket, { session: 's', agent: 'h' });
  await hooks.say('SessionStart', { source: 'startup' });
  for (let count = 0; count < SENT; count += 4) {
    const send = (agent: string) => client.enqueue({ agent, text: `message ${count}` });
    await send('a');
    // A note, which is not synced by itself.
    await hooks.say('UserPromptSubmit', { prompt_id: `p${count}`, prompt: 'x' });
    await Promise.all([send('a'), send('b'), send('c')]);
  }
  await daemon.stop();
  return operationsIn(readFileSync(trace, 'utf8'), stateDir);
}

function answeredIn(text: string): number[] {
  return Array.from(text.matchAll(/"id":(\d+),"agent":"\w","state":"ready","created":true/g), ([, id]) =>
    Number(id),
  );
}

interface Found {
  readonly points: number;
  readonly answered: number;
  readonly losing: number;
  readonly damaged: readonly string[];
  /** How often the log had been folded into the database when the last answer came. */
  readonly folds: number;
}

function cutEverywhere(operations: readonly Operation[], disk: Disk, image: string): Found {
  const random = chance(1);
  const answered: number[] = [];
  const damaged: string[] = [];
  let [points, losing, synced, folds] = [0, 0, 0, 0];
  for (const [index, operation] of operations.entries()) {
    disk.run(operation);
    if (operation.kind === 'sync' && operation.file === DATABASE_FILE) synced += 1;
    if (operation.kind === 'answer') {
      folds = synced;
      answered.push(...answeredIn(operation.text));
    }
    if (operation.kind !== 'answer' && index % STRIDE !== 0) continue;
    if (operation.kind === 'answer' && answeredIn(operation.text).length === 0) continue;
    for (const keep of KEPT) {
      disk.cutTo(image, keep, random);
      const { ids, integrity } = afterCut(image);
      points += 1;
      if (answered.some((id) => !ids.has(id))) losing += 1;
      if (integrity !== 'ok') damaged.push(`at ${index}, ${keep}: ${integrity}`);
    }
  }
  return { points, answered: answered.length, losing, damaged, folds };
}

function afterCut(image: string): { ids: Set<number>; integrity: string } {
  const db = openPlain(join(image, DATABASE_FILE));
  try {
    const ids = db.prepare<[], { id: number }>('SELECT id FROM message').all();
    return {
      ids: new Set(ids.map(({ id }) => id)),
      integrity: String(db.pragma('integrity_check', { simple: true })),
    };
  } catch (error) {
    return { ids: new Set(), integrity: String(error) };
  } finally {
    db.close();
  }
}

describe('a power cut', { skip: STRACE_MISSING, timeout: 600_000 * (STRIDE === 1 ? 6 : 1) }, () => {
  async function tried(synchronous: 'FULL' | 'NORMAL'): Promise<Found> {
    using folder = testFolder();
    using images = testFolder({ inMemory: true });
    const operations = await recorded(folder, synchronous);
    const before = folder.at('before');
    rmSync(join(before, 'lock.db'), { force: true });
    return cutEverywhere(operations, openDisk(before), images.at('image'));
  }

  it('loses nothing that was answered, and damages nothing', async (t) => {
    const { points, answered, losing, damaged, folds } = await tried('FULL');
    t.diagnostic(`${answered} answered, ${points} cuts, ${losing} lost something`);
    assert.deepEqual([answered, losing, damaged], [SENT, 0, []]);
    assert.ok(points > 2 * SENT);
    assert.ok(folds > 2, `${folds} folds: no cut fell into one`);
  });

  it('would lose something if durable commits were not synced: this test can see a loss', async (t) => {
    const { points, losing, damaged } = await tried('NORMAL');
    t.diagnostic(`${points} cuts, ${losing} lost something`);
    assert.deepEqual(damaged, []);
    assert.ok(losing > 0);
  });
});
