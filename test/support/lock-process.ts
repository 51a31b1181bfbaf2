/** A process that holds a write transaction on the database named by its argument until its stdin ends, as a user's sqlite3 may. */
import { openPlain } from '../../src/store/sqlite/database.ts';

const db = openPlain(process.argv[2] ?? '');
db.exec('BEGIN IMMEDIATE');
process.stdout.write('locked\n');
process.stdin.resume();
process.stdin.once('end', () => {
  db.exec('COMMIT');
  db.close();
});
