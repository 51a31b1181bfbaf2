/** The SQLite store on a real file in a folder of its own. */
import { fileURLToPath } from 'node:url';
import type { FloodCaps } from '../../src/queue/flood.ts';
import { openStore, type SqliteStore, type StoreOptions } from '../../src/store/sqlite/store.ts';
import type { CommitOptions } from '../../src/store/sqlite/group-commit.ts';
import { movingClock, type MovingClock } from './clock.ts';
import { testFolder } from './folder.ts';

/** The project's own migrations, seen from the compiled tests. */
export const MIGRATIONS = fileURLToPath(new URL('../../../migrations', import.meta.url));

/** The event loop and the monotonic time of this process. */
export const PROCESS_LOOP = {
  loop: {
    soon: (run: () => void) => void setImmediate(run),
    later: (delayMs: number, run: () => void) => void setTimeout(run, delayMs),
  },
  monotonicMs: () => performance.now(),
} as const satisfies CommitOptions;

export interface TestStoreOptions {
  readonly clock?: MovingClock;
  /** A folder that outlives the store; without it the store's folder goes with the store. */
  readonly stateDir?: string;
  /** Keep the file in memory: for suites that open many stores and cut no power. */
  readonly inMemory?: boolean;
  readonly onCommit?: NonNullable<CommitOptions['onCommit']>;
  readonly caps?: FloodCaps;
  readonly onReceipt?: NonNullable<StoreOptions['onReceipt']>;
}

export interface TestStore extends SqliteStore {
  readonly clock: MovingClock;
  readonly stateDir: string;
}

/** Opens a store: `await using store = openTestStore()`. */
export function openTestStore({
  clock = movingClock(),
  stateDir,
  inMemory = false,
  onCommit,
  caps,
  onReceipt,
}: TestStoreOptions = {}): TestStore {
  const folder = stateDir === undefined ? testFolder({ inMemory }) : undefined;
  const path = stateDir ?? folder?.at('state') ?? '';
  const store = openStore({
    ...PROCESS_LOOP,
    ...(onCommit && { onCommit }),
    ...(caps && { caps }),
    ...(onReceipt && { onReceipt }),
    stateDir: path,
    migrations: MIGRATIONS,
    clock,
  });
  return {
    ...store,
    clock,
    stateDir: path,
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]();
      await folder?.[Symbol.asyncDispose]();
    },
  };
}
