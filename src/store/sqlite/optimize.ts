/** Renews the figures by which SQLite chooses its indexes, a table at a time, each from few of its rows. */
import type { Database } from './database.ts';

/** Rows of an index that are looked at: some milliseconds of the writer for a table, however large it is. */
const LOOKED_AT = 200;

/** Tables that changed much, large and small ones; it says what it would do and does nothing. */
const ASK = 'optimize(0x10003)';

export interface Optimizing {
  /** SQLite's own statements, one for each table whose figures are out of date. */
  due(): string[];
  renew(statement: string): void;
}

export function prepareOptimizing(db: Database): Optimizing {
  return {
    due: () => (db.pragma(ASK) as Record<string, string>[]).flatMap((row) => Object.values(row)),
    renew: (statement) => {
      db.pragma(`analysis_limit = ${LOOKED_AT}`);
      db.exec(statement);
    },
  };
}
