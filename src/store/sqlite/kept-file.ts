/** The settings file inside of a copy: one file is all that somebody has to carry about. */
import { readFileSync } from 'node:fs';
import type { Database } from './database.ts';

const CREATE = `CREATE TABLE kept_file (name TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT`;
const DROP = `DROP TABLE IF EXISTS kept_file`;
const INSERT = `INSERT INTO kept_file (name, text) VALUES ('settings', @text)`;
const HAS = `SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'kept_file'`;
const SELECT = `SELECT text FROM kept_file WHERE name = 'settings'`;

/** Puts the file at `path` into a copy; nothing where there is none. */
export function keepFile(db: Database, path: string): void {
  const text = textOf(path);
  db.exec(DROP);
  if (text === undefined) return;
  db.exec(CREATE);
  db.prepare<{ text: string }>(INSERT).run({ text });
}

/** Takes the file out of a copy; undefined where it holds none. */
export function takeKeptFile(db: Database): string | undefined {
  if (db.prepare(HAS).pluck().get() === 0) return undefined;
  const text: unknown = db.prepare(SELECT).pluck().get();
  db.exec(DROP);
  return typeof text === 'string' ? text : undefined;
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
