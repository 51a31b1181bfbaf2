/** When a commit folds the log into the database: every few thousand pages, more often on a full disk, and not while another process is to do it. */
import { CHECKPOINT_PAGES, type Database } from './database.ts';

/** On a full disk the log is folded in this often, so that it begins anew instead of growing; pages. */
const WHEN_FULL_PAGES = 128;

/** What held it up has let the log grow, and whoever commits first would have to fold all of it: then another process comes before. */
export interface Checkpoints {
  setFull(isFull: boolean): void;
  /** Commits fold nothing until the scope ends; on a full disk they do all the same. */
  hold(): Disposable;
}

export function openCheckpoints(db: Database): Checkpoints {
  let isFull = false;
  let holds = 0;
  const set = (): void => {
    const pages = isFull ? WHEN_FULL_PAGES : holds > 0 ? 0 : CHECKPOINT_PAGES;
    if (db.open) db.pragma(`wal_autocheckpoint = ${pages}`);
  };
  return {
    setFull: (full) => {
      isFull = full;
      set();
    },
    hold: () => {
      holds += 1;
      set();
      let ended = false;
      return {
        [Symbol.dispose]: () => {
          if (ended) return;
          ended = true;
          holds -= 1;
          set();
        },
      };
    },
  };
}
