/** Brings the schema to this version: numbered files, forward only, each in a transaction whose first act is its own row. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { OrqError } from '../../protocol/errors.ts';
import { APPLICATION_ID, isEmpty, type Database } from './database.ts';

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

interface Applied {
  readonly number: number;
  readonly checksum: string;
}

const CREATE_LEDGER = `
  CREATE TABLE IF NOT EXISTS migration (
    number        INTEGER PRIMARY KEY,
    name          TEXT NOT NULL,
    checksum      TEXT NOT NULL,
    applied_at_ms INTEGER NOT NULL
  ) STRICT`;
const SELECT_APPLIED = `SELECT number, checksum FROM migration ORDER BY number`;
const INSERT_APPLIED = `INSERT INTO migration (number, name, checksum, applied_at_ms) VALUES (@number, @name, @checksum, @nowMs)`;
const COPY_TO = `VACUUM INTO @path`;

/** The migrations in `folder`, by number. */
export function readMigrations(folder: string): Migration[] {
  return readdirSync(folder)
    .filter((name) => /^\d{4}-.*\.sql$/.test(name))
    .toSorted()
    .map((name) => {
      const sql = readFileSync(join(folder, name), 'utf8');
      return {
        number: Number(name.slice(0, 4)),
        name,
        sql,
        checksum: createHash('sha256').update(sql).digest('hex'),
      };
    });
}

/**
 * Applies what is missing; before each a copy of the file goes to `backups`.
 * @throws OrqError database_newer (a later orq wrote it), database_foreign (a changed migration).
 */
export function migrate(db: Database, options: { migrations: string; backups: string; nowMs: number }): void {
  const wanted = readMigrations(options.migrations);
  const isNew = isEmpty(db);
  assertNotNewer(db, wanted.length);
  if (isNew) db.pragma(`application_id = ${APPLICATION_ID}`);
  db.exec(CREATE_LEDGER);
  const applied = new Map(
    db
      .prepare<[], Applied>(SELECT_APPLIED)
      .all()
      .map((row) => [row.number, row.checksum]),
  );
  for (const migration of wanted) {
    const checksum = applied.get(migration.number);
    if (checksum === undefined) apply(db, migration, { ...options, copyFirst: !isNew });
    else if (checksum !== migration.checksum) {
      throw new OrqError(
        'database_foreign',
        `database ${db.name}: migration ${migration.name} was applied with another text`,
      );
    }
  }
}

function assertNotNewer(db: Database, known: number): void {
  const version = Number(db.pragma('user_version', { simple: true }));
  if (version > known) {
    throw new OrqError(
      'database_newer',
      `database ${db.name} has schema ${version}, this orq knows ${known}`,
      { details: { schema: version, known } },
    );
  }
}

function apply(
  db: Database,
  migration: Migration,
  options: { backups: string; nowMs: number; copyFirst: boolean },
): void {
  if (options.copyFirst) {
    mkdirSync(options.backups, { recursive: true, mode: 0o700 });
    const stem = migration.name.replace(/\.sql$/, '');
    db.prepare(COPY_TO).run({ path: join(options.backups, `before-${stem}-${options.nowMs}.db`) });
  }
  db.exec('BEGIN IMMEDIATE');
  try {
    db.prepare(INSERT_APPLIED).run({ ...migration, nowMs: options.nowMs });
    db.exec(migration.sql);
    db.pragma(`user_version = ${migration.number}`);
    db.exec('COMMIT');
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
