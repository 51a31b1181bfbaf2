/**
 * Group commit: the writes of one turn of the event loop share one transaction, a savepoint each, and are answered after its COMMIT.
 * An idle daemon commits at once, a busy one batches by itself; there is no timer but the one that waits for a foreign lock.
 */
import { OrqError } from '../../protocol/errors.ts';
import type { Database } from './database.ts';
import { errorFromSqlite } from './sqlite-error.ts';

/** When things run: the event loop of the process, or a test's own. */
export interface Loop {
  soon(run: () => void): void;
  later(delayMs: number, run: () => void): void;
}

/** A write of facts that no promise rests on may be committed without waiting for the disk. */
export type IsDurable = () => boolean;

interface Pending {
  readonly run: (durable: boolean) => unknown;
  readonly isDurable: IsDurable;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly sinceMs: number;
}

type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** How often a foreign lock (a user's VACUUM, an open transaction in sqlite3) is tried again, and after what time its victims are told; milliseconds. */
const LOCK_STEP_MS = 20;
const LOCK_PATIENCE_MS = 30_000;

export interface CommitOptions {
  readonly loop: Loop;
  /** Milliseconds that only grow. */
  readonly monotonicMs: () => number;
  /** A failure of the storage itself, besides the answers that carry it. */
  readonly onFailure?: (error: OrqError) => void;
  /** How long a group took, and whether it waited for the disk. */
  readonly onCommit?: (took: { ms: number; writes: number; durable: boolean }) => void;
}

export class GroupCommit {
  #queue: Pending[] = [];
  #scheduled = false;
  #unsettled = false;
  #ended = false;
  readonly #db: Database;
  readonly #savepoint: { readonly take: () => void; readonly release: () => void };
  readonly #options: CommitOptions;

  constructor(db: Database, options: CommitOptions) {
    this.#db = db;
    const take = db.prepare('SAVEPOINT request');
    const release = db.prepare('RELEASE request');
    this.#savepoint = { take: () => void take.run(), release: () => void release.run() };
    this.#options = options;
  }

  /** Runs `run` in the next group, and tells it whether that group is durable; resolves with its result once that is durable, or at once where `isDurable` said no. */
  write<T>(run: (durable: boolean) => T, isDurable: IsDurable = () => true): Promise<T> {
    if (this.#ended) return Promise.reject(this.#tooLate());
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({
        run,
        isDurable,
        resolve: resolve as (value: unknown) => void,
        reject,
        sinceMs: this.#options.monotonicMs(),
      });
      if (!this.#scheduled) this.#schedule();
    });
  }

  /** Commits the facts that were answered before their commit, and makes the connection FULL again. */
  settle(): void {
    if (!this.#unsettled) return;
    this.#unsettled = false;
    try {
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      this.failure(error);
    } finally {
      this.#db.pragma('synchronous = FULL');
    }
  }

  /** Commits what waits; what a foreign lock keeps waiting is refused, and so is every later write. */
  end(): void {
    this.flush();
    this.settle();
    this.#ended = true;
    for (const { reject } of this.#queue) reject(this.#tooLate());
    this.#queue = [];
  }

  /** Converts an error of SQLite for whoever asked, and tells a failure of the storage. */
  failure(error: unknown): unknown {
    const converted = errorFromSqlite(error, this.#db.name);
    if (converted !== error && converted instanceof OrqError && converted.code !== 'storage_busy')
      this.#options.onFailure?.(converted);
    return converted;
  }

  #tooLate(): OrqError {
    return new OrqError(
      'shutting_down',
      `database ${this.#db.name}: closed before the write, nothing was stored`,
    );
  }

  /** Commits what waits, now. */
  flush(): void {
    const group = this.#queue;
    this.#queue = [];
    if (group.length === 0) return;
    const startedMs = this.#options.monotonicMs();
    try {
      const durable = group.some(({ isDurable }) => isDurable());
      if (durable) this.#commit(group);
      else this.#note(group);
      this.#options.onCommit?.({
        ms: this.#options.monotonicMs() - startedMs,
        writes: group.length,
        durable,
      });
    } catch (error) {
      this.#failed(group, this.failure(error));
    }
  }

  #schedule(delayMs?: number): void {
    this.#scheduled = true;
    const run = (): void => {
      this.#scheduled = false;
      this.flush();
    };
    if (delayMs === undefined) this.#options.loop.soon(run);
    else this.#options.loop.later(delayMs, run);
  }

  #commit(group: readonly Pending[]): void {
    this.settle();
    let outcomes: Outcome[];
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      outcomes =
        group.length === 1
          ? this.#runAlone(group)
          : group.map((pending) => this.#runInSavepoint(pending, true));
      if (this.#db.inTransaction) this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
    this.#answer(group, outcomes);
  }

  /** Facts that no promise rests on: answered at once, committed a turn later together with those that come meanwhile, without waiting for the disk. */
  #note(group: readonly Pending[]): void {
    if (!this.#unsettled) this.#db.pragma('synchronous = NORMAL');
    try {
      if (!this.#unsettled) this.#db.exec('BEGIN IMMEDIATE');
      this.#unsettled = true;
      this.#answer(
        group,
        group.map((pending) => this.#runInSavepoint(pending, false)),
      );
      this.#options.loop.soon(() => this.settle());
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      this.#unsettled = false;
      this.#db.pragma('synchronous = FULL');
      throw error;
    }
  }

  #answer(group: readonly Pending[], outcomes: readonly Outcome[]): void {
    for (const [index, outcome] of outcomes.entries()) {
      if ('error' in outcome) group[index]?.reject(this.failure(outcome.error));
      else group[index]?.resolve(outcome.value);
    }
  }

  /** A group of one needs no savepoint: its failure rolls back all there is. */
  #runAlone(group: readonly Pending[]): Outcome[] {
    return group.map(({ run }) => {
      try {
        return { value: run(true) };
      } catch (error) {
        if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
        return { error };
      }
    });
  }

  #runInSavepoint({ run }: Pending, durable: boolean): Outcome {
    this.#savepoint.take();
    try {
      const value = run(durable);
      this.#savepoint.release();
      return { value };
    } catch (error) {
      // SQLite may have rolled the whole transaction back by itself (disk full, I/O error): then nothing of the group is done.
      if (!this.#db.inTransaction) throw error;
      this.#db.exec('ROLLBACK TO request');
      this.#savepoint.release();
      return { error };
    }
  }

  #failed(group: readonly Pending[], error: unknown): void {
    const locked = error instanceof OrqError && error.code === 'storage_busy';
    const nowMs = this.#options.monotonicMs();
    const patient = locked ? group.filter(({ sinceMs }) => nowMs - sinceMs < LOCK_PATIENCE_MS) : [];
    for (const pending of group) if (!patient.includes(pending)) pending.reject(error);
    this.#queue = [...patient, ...this.#queue];
    if (this.#queue.length > 0 && !this.#scheduled) this.#schedule(LOCK_STEP_MS);
  }
}
