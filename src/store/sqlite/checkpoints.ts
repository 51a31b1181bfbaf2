/**
 * When a commit folds the log into the database: every few thousand pages, more often on a full disk and while much is removed at once, and not while
 * another process is to do it.
 */
import { CHECKPOINT_PAGES, type Database } from './database.ts';

/** On a full disk the log is folded in this often, so that it begins anew instead of growing; pages. */
const WHEN_FULL_PAGES = 128;

/** Beside a step of retention, which takes its own milliseconds and writes to some hundred pages; pages. */
const OFTEN_PAGES = 500;

/** What held it up has let the log grow, and whoever commits first would have to fold all of it: then another process comes before. */
export interface Checkpoints {
  setFull(isFull: boolean): void;
  /** Commits fold nothing until the scope ends; on a full disk they do all the same. */
  hold(): Disposable;
  /** Until the scope ends commits fold little at a time. */
  often(): Disposable;
}

export function openCheckpoints(db: Database): Checkpoints {
  let isFull = false;
  const [held, often] = [new Set<object>(), new Set<object>()];
  const pages = (): number => {
    if (isFull) return WHEN_FULL_PAGES;
    if (held.size > 0) return 0;
    return often.size > 0 ? OFTEN_PAGES : CHECKPOINT_PAGES;
  };
  const set = (): void => {
    if (db.open) db.pragma(`wal_autocheckpoint = ${pages()}`);
  };
  const within = (scopes: Set<object>): Disposable => {
    const scope = {
      [Symbol.dispose]: () => {
        scopes.delete(scope);
        set();
      },
    };
    scopes.add(scope);
    set();
    return scope;
  };
  return {
    setFull: (full) => {
      isFull = full;
      set();
    },
    hold: () => within(held),
    often: () => within(often),
  };
}
