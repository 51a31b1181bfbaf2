/** Which files hold texts of messages: noted before they are written, forgotten after they were removed, so that none is left behind. */
import type { Reference } from '../../queue/reference.ts';
import type { Database } from './database.ts';

const NOTE = `INSERT INTO reference_file (message_id, folder) VALUES (@id, @folder) ON CONFLICT DO NOTHING`;

/** Walks reference_file, which has a row for each file that lies somewhere. An agent may read it as long as the message is leased or open. */
const SELECT_STALE = `
  SELECT message_id AS id, folder FROM reference_file
   WHERE NOT EXISTS (SELECT 1 FROM message NOT INDEXED WHERE id = message_id AND (state = 'leased' OR open = 1))`;

/** Rides on the primary key. Where the message was leased again meanwhile, its file was or will be written again. */
const FORGET_STALE = `
  DELETE FROM reference_file
   WHERE message_id = @id AND folder = @folder
     AND NOT EXISTS (SELECT 1 FROM message NOT INDEXED WHERE id = message_id AND (state = 'leased' OR open = 1))`;

/** Rides on the primary key. */
const FORGET = `DELETE FROM reference_file WHERE message_id = @id AND folder = @folder`;

export interface References {
  /** True where the file was noted before: what lies there is ours. */
  note(reference: Reference): boolean;
  stale(): Reference[];
  forgetStale(references: readonly Reference[]): void;
  forget(reference: Reference): void;
}

export function prepareReferences(db: Database): References {
  const note = db.prepare<Reference>(NOTE);
  const selectStale = db.prepare<[], Reference>(SELECT_STALE);
  const forgetStale = db.prepare<Reference>(FORGET_STALE);
  const forget = db.prepare<Reference>(FORGET);
  return {
    note: ({ id, folder }) => note.run({ id, folder }).changes === 0,
    stale: () => selectStale.all(),
    forgetStale: (references) => {
      for (const { id, folder } of references) forgetStale.run({ id, folder });
    },
    forget: ({ id, folder }) => void forget.run({ id, folder }),
  };
}
