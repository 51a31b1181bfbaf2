/**
 * Group commit: the writes of one turn of the event loop share one transaction, a savepoint each, and are answered after its COMMIT.
 * An idle daemon commits at once, a busy one batches by itself; there is no timer but the one that waits for a foreign lock.
 */
import { FAIL_STOP, OrqError } from '../../protocol/errors.ts';
import type { Database } from './database.ts';
import { errorFromSqlite } from './sqlite-error.ts';

/** When things run: the event loop of the process, or a test's own. */
export interface Loop {
  soon(run: () => void): void;
  later(delayMs: number, run: () => void): void;
}

interface Pending {
  readonly run: () => unknown;
  /** Facts that nobody waits for: no promise rests on them. */
  readonly isNote: boolean;
  /** It adds to what is stored: on a full disk it is refused, so that the reserve is left to what empties the queue. */
  readonly grows: boolean;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly sinceMs: number;
  readonly patienceMs: number;
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
  /** Another program's lock begins to keep writes waiting. */
  readonly onLocked?: () => void;
  /** Makes room on a full disk; false where there is none to make. */
  readonly makeRoom?: () => boolean;
  /** How long a group took, and whether it waited for the disk. */
  readonly onCommit?: (took: { ms: number; writes: number; durable: boolean }) => void;
}

/** What the writes of a group tell of themselves: kept while the group is open, published once it is committed. */
export interface Journal {
  readonly length: number;
  /** Forgets what was told after the first `length`. */
  cut(length: number): void;
  publish(): void;
}

const NO_JOURNAL: Journal = { length: 0, cut: () => undefined, publish: () => undefined };

export class GroupCommit {
  #queue: Pending[] = [];
  #scheduled = false;
  #ended = false;
  /** After this nothing that was written can be trusted, and nothing more is written. */
  #fault: OrqError | undefined;
  #lockedSinceMs: number | undefined;
  readonly #db: Database;
  /** Prepared once: SQLite would parse each of them again in every group. */
  readonly #run: Record<'begin' | 'commit' | 'rollback' | 'save' | 'release' | 'undo', () => void>;
  readonly #options: CommitOptions;
  readonly #journal: Journal;

  constructor(db: Database, options: CommitOptions, journal: Journal = NO_JOURNAL) {
    this.#db = db;
    this.#journal = journal;
    const prepared = (sql: string): (() => void) => {
      const statement = db.prepare(sql);
      return () => void statement.run();
    };
    this.#run = {
      begin: prepared('BEGIN IMMEDIATE'),
      commit: prepared('COMMIT'),
      rollback: prepared('ROLLBACK'),
      save: prepared('SAVEPOINT request'),
      release: prepared('RELEASE request'),
      undo: prepared('ROLLBACK TO request'),
    };
    this.#options = options;
  }

  /** Runs `run` in the next group; resolves with its result once that is durable. */
  write<T>(run: () => T, { grows = false, patienceMs = LOCK_PATIENCE_MS } = {}): Promise<T> {
    const refusal = this.#refusal();
    if (refusal) return Promise.reject(refusal);
    return new Promise<T>((resolve, reject) =>
      this.#push({
        run,
        isNote: false,
        grows,
        patienceMs,
        resolve: resolve as (value: unknown) => void,
        reject,
      }),
    );
  }

  /** Runs `run` in the next group without anybody waiting: a group of notes alone does not wait for the disk either. A failure is told as one of the storage. */
  note(run: () => void): void {
    if (this.#refusal()) return;
    const reject = (error: unknown): void => {
      if (!(error instanceof OrqError))
        this.#options.onFailure?.(new OrqError('internal', 'a note could not be written', { cause: error }));
    };
    this.#push({
      run,
      isNote: true,
      grows: false,
      patienceMs: LOCK_PATIENCE_MS,
      resolve: () => undefined,
      reject,
    });
  }

  /** Commits what was noted, so that a read sees what was answered. */
  settle(): void {
    if (this.#queue.length > 0 && this.#queue.every(({ isNote }) => isNote)) this.flush();
  }

  /** Commits what waits; what a foreign lock keeps waiting is refused, and so is every later write. */
  end(): void {
    this.flush();
    this.#ended = true;
    for (const { reject } of this.#queue) reject(this.#tooLate());
    this.#queue = [];
  }

  /** Converts an error of SQLite for whoever asked, and tells a failure of the storage. */
  failure(error: unknown): unknown {
    const converted = errorFromSqlite(error, this.#db.name);
    if (converted !== error && converted instanceof OrqError && converted.code !== 'storage_busy') {
      // A sync that failed has dropped pages that the next one would report as written: a group after it could not be trusted.
      if (FAIL_STOP.includes(converted.code)) this.#fault ??= converted;
      this.#options.onFailure?.(converted);
    }
    return converted;
  }

  /** What ended all writing, if anything did. */
  get fault(): OrqError | undefined {
    return this.#fault;
  }

  /** For how long another program's lock has kept writes waiting; null where none does. Milliseconds. */
  get lockedForMs(): number | null {
    return this.#lockedSinceMs === undefined ? null : this.#options.monotonicMs() - this.#lockedSinceMs;
  }

  #refusal(): OrqError | undefined {
    return this.#fault ?? (this.#ended ? this.#tooLate() : undefined);
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
    if (this.#fault) {
      for (const { reject } of group) reject(this.#fault);
      return;
    }
    const startedMs = this.#options.monotonicMs();
    try {
      const durable = group.some(({ isNote }) => !isNote);
      this.#answer(group, durable ? this.#commit(group) : this.#commitNotes(group));
      this.#lockedSinceMs = undefined;
      this.#options.onCommit?.({
        ms: this.#options.monotonicMs() - startedMs,
        writes: group.length,
        durable,
      });
    } catch (error) {
      this.#failed(group, this.failure(error));
    }
    this.#journal.publish();
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

  #push(pending: Omit<Pending, 'sinceMs'>): void {
    this.#queue.push({ ...pending, sinceMs: this.#options.monotonicMs() });
    if (!this.#scheduled) this.#schedule();
  }

  #commit(group: readonly Pending[]): Outcome[] {
    try {
      this.#run.begin();
      const outcomes =
        group.length === 1 ? this.#runAlone(group) : group.map((pending) => this.#runInSavepoint(pending));
      if (this.#db.inTransaction) this.#run.commit();
      return outcomes;
    } catch (error) {
      if (this.#db.inTransaction) this.#run.rollback();
      this.#journal.cut(0);
      throw error;
    }
  }

  #commitNotes(group: readonly Pending[]): Outcome[] {
    this.#db.pragma('synchronous = NORMAL');
    try {
      return this.#commit(group);
    } finally {
      this.#db.pragma('synchronous = FULL');
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
        return { value: run() };
      } catch (error) {
        if (isFull(error)) throw error;
        if (this.#db.inTransaction) this.#run.rollback();
        this.#journal.cut(0);
        return { error };
      }
    });
  }

  #runInSavepoint({ run }: Pending): Outcome {
    this.#run.save();
    const told = this.#journal.length;
    try {
      const value = run();
      this.#run.release();
      return { value };
    } catch (error) {
      // SQLite may have rolled the whole transaction back by itself (disk full, I/O error): then nothing of the group is done.
      if (!this.#db.inTransaction || isFull(error)) throw error;
      this.#run.undo();
      this.#run.release();
      this.#journal.cut(told);
      return { error };
    }
  }

  #failed(group: readonly Pending[], error: unknown): void {
    const code = error instanceof OrqError ? error.code : undefined;
    const again =
      code === 'storage_busy' ? this.#patient(group) : code === 'storage_full' ? this.#fitting(group) : [];
    for (const pending of group) if (!again.includes(pending)) pending.reject(error);
    this.#queue = [...again, ...this.#queue];
    if (this.#queue.length === 0) this.#lockedSinceMs = undefined;
    if (this.#queue.length === 0 || this.#scheduled) return;
    this.#schedule(code === 'storage_busy' ? LOCK_STEP_MS : undefined);
  }

  #patient(group: readonly Pending[]): Pending[] {
    const nowMs = this.#options.monotonicMs();
    if (this.#lockedSinceMs === undefined) this.#options.onLocked?.();
    this.#lockedSinceMs ??= nowMs;
    return group.filter(({ sinceMs, patienceMs }) => nowMs - sinceMs < patienceMs);
  }

  /** What is tried again on a full disk: all that empties the queue, where there is more room for it than there was. */
  #fitting(group: readonly Pending[]): readonly Pending[] {
    const fitting = group.filter(({ grows }) => !grows);
    return this.#options.makeRoom?.() === true || fitting.length < group.length ? fitting : [];
  }
}

function isFull(error: unknown): boolean {
  const converted = errorFromSqlite(error, '');
  return converted instanceof OrqError && converted.code === 'storage_full';
}
