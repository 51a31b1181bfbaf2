/** Opens the SQLite store: lock, schema, and room on the disk before anything is served. */
import { join } from 'node:path';
import { FAIL_STOP, OrqError } from '../../protocol/errors.ts';
import type { ReceiptKind } from '../../protocol/message.ts';
import type { Clock } from '../../queue/clock.ts';
import type { FloodCaps } from '../../queue/flood.ts';
import type { DeliveryMode } from '../../protocol/agent.ts';
import type { QueueStore } from '../../queue/store.ts';
import { openCheckpoints, type Checkpoints } from './checkpoints.ts';
import { openDatabase, type Database } from './database.ts';
import type { CommitOptions } from './group-commit.ts';
import { takeInstanceLock } from './instance-lock.ts';
import type { ForeignLock } from './lock-holder.ts';
import { migrate } from './migrate.ts';
import { assertPrivate, createPrivate, makeFolder } from './private-file.ts';
import { openReserve } from './reserve.ts';
import { errorFromSqlite } from './sqlite-error.ts';
import { storeOver } from './verbs.ts';

export interface StoreOptions extends CommitOptions {
  /** Folder of the database, its lock and its backups; it belongs to this user alone. */
  readonly stateDir: string;
  readonly migrations: string;
  readonly clock: Clock;
  /** How an agent gets its messages at first sight; default: pull. */
  readonly defaultMode?: DeliveryMode;
  /** Read at each message; default: none. */
  readonly caps?: FloodCaps;
  /** The wall clock was set, and the ends of spans were moved along; milliseconds. */
  readonly onClockStep?: (stepMs: number) => void;
  /** How long a message took to a receipt, told after the commit; milliseconds. */
  readonly onReceipt?: (kind: ReceiptKind, ms: number) => void;
  /** The disk is full, or has room again. */
  readonly onSpace?: (isFull: boolean) => void;
}

export interface SqliteStore extends QueueStore {
  /** What the running connection says of itself, how large its files are, and what holds up its writes. */
  describe(): {
    journalMode: string;
    synchronous: number;
    sizeBytes: number;
    walBytes: number;
    isFull: boolean;
    /** Another program's lock that keeps writes waiting. */
    lock: ForeignLock | null;
  };
  /** Until the scope ends no commit folds the log into the database: another process is going to. */
  holdCheckpoints(): Disposable;
  /** Until the scope ends commits fold little at a time: much is going to be written beside the hooks' own. */
  foldOften(): Disposable;
}

export const DATABASE_FILE = 'orq.db';
export const RESERVE_FILE = 'reserve';

/**
 * Opens the store of a state directory, alone: takes the instance lock, brings the schema up to date. Close it (`await using`).
 * @throws OrqError instance_running, unsafe_permissions, database_newer, database_foreign, database_damaged.
 */
export function openStore(options: StoreOptions): SqliteStore {
  const { stateDir, clock } = options;
  makeFolder('state directory', stateDir);
  assertPrivate(stateDir);
  const lock = takeInstanceLock(createPrivate(join(stateDir, 'lock.db')));
  const path = join(stateDir, DATABASE_FILE);
  let db: Database | undefined;
  let checkpoints: Checkpoints | undefined;
  const reserve = openReserve(join(stateDir, RESERVE_FILE), (isFull) => {
    checkpoints?.setFull(isFull);
    options.onSpace?.(isFull);
  });
  const open = (): SqliteStore => {
    try {
      for (const file of [createPrivate(path), `${path}-wal`, `${path}-shm`]) assertPrivate(file);
      db = openDatabase(path);
      const folding = openCheckpoints(db);
      checkpoints = folding;
      migrate(db, {
        migrations: options.migrations,
        backups: join(stateDir, 'backups'),
        nowMs: clock.nowMs(),
      });
      return {
        ...storeOver(db, { lock, reserve }, options),
        holdCheckpoints: () => folding.hold(),
        foldOften: () => folding.often(),
      };
    } catch (error) {
      const converted = errorFromSqlite(error, path);
      // After an error of the disk closing would fold the log into the database: it is left to the end of the process.
      if (!(converted instanceof OrqError && FAIL_STOP.includes(converted.code))) db?.close();
      db = undefined;
      throw converted;
    }
  };
  try {
    return open();
  } catch (error) {
    try {
      if (error instanceof OrqError && error.code === 'storage_full' && reserve.give()) return open();
    } catch (again) {
      lock[Symbol.dispose]();
      throw again;
    }
    lock[Symbol.dispose]();
    throw error;
  }
}
