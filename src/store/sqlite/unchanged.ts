/** Answers of what is asked each second, kept while the database is as it was: at rest nothing has to be read again. */
import type { Database } from './database.ts';

/** Walks nothing: a counter of this connection, the only one that writes. */
const SELECT_CHANGES = `SELECT total_changes() AS changes`;

/** Wraps a read that depends on the database alone. Its answer is shared: nobody may change it. */
export function whileUnchanged(db: Database): <T>(read: () => T) => () => T {
  const select = db.prepare<[], { changes: number }>(SELECT_CHANGES);
  return <T>(read: () => T) => {
    let kept: { readonly changes: number; readonly answer: T } | undefined;
    return () => {
      // What a transaction under way shows may be rolled back, and the counter does not go back.
      if (db.inTransaction) return read();
      const changes = select.get()?.changes ?? -1;
      if (kept?.changes !== changes) kept = { changes, answer: read() };
      return kept.answer;
    };
  };
}
