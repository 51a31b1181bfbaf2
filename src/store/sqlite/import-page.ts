/** Pages of imports that are on their way: kept in the database, so that no import is too long for the memory. */
import { OrqError } from '../../protocol/errors.ts';
import type { ImportPage } from '../../protocol/export-schemas.ts';
import type { Database } from './database.ts';

const LAY = `
  INSERT INTO import_page (import, position, body, at_ms) VALUES (@import, @position, @body, @nowMs)
    ON CONFLICT (import, position) DO UPDATE SET body = excluded.body, at_ms = excluded.at_ms`;

/** Rides on import_page_age. */
const FORGET_OLD = `DELETE FROM import_page WHERE at_ms < @beforeMs`;

/** Walks the primary key of import_page, for one import. */
const SELECT_PAGE = `SELECT body FROM import_page WHERE import = @import AND position = @position`;

/** Walks the primary key of import_page, for one import. */
const DELETE_PAGES = `DELETE FROM import_page WHERE import = @import`;

/** After an hour nobody will commit it any more; milliseconds. */
const ABANDONED_MS = 3_600_000;

export interface ImportPages {
  lay(page: ImportPage, nowMs: number): { import: string; position: number };
  /** The pages in turn. @throws OrqError not_found where one is missing. */
  of(name: string, count: number): Iterable<ImportPage>;
  forget(name: string): void;
}

export function prepareImportPages(db: Database): ImportPages {
  const lay = db.prepare<{ import: string; position: number; body: string; nowMs: number }>(LAY);
  const forgetOld = db.prepare<{ beforeMs: number }>(FORGET_OLD);
  const select = db.prepare<{ import: string; position: number }, { body: string }>(SELECT_PAGE);
  const forget = db.prepare<{ import: string }>(DELETE_PAGES);
  return {
    lay: (page, nowMs) => {
      const { import: name, position } = page;
      if (position === 0) forgetOld.run({ beforeMs: nowMs - ABANDONED_MS });
      lay.run({ import: name, position, body: JSON.stringify(page), nowMs });
      return { import: name, position };
    },
    *of(name, count) {
      for (let position = 0; position < count; position += 1) {
        const page = select.get({ import: name, position });
        if (!page)
          throw new OrqError('not_found', `import "${name}": page ${position} of ${count} is not there`, {
            details: { position },
          });
        yield JSON.parse(page.body) as ImportPage;
      }
    },
    forget: (name) => void forget.run({ import: name }),
  };
}
