/**
 * Loaded before the daemon's own modules (NODE_OPTIONS): its log is folded into the database every 40 pages, so that a short run has checkpoints,
 * and with TEST_SYNCHRONOUS=NORMAL its durable commits are not. The daemon has no setting for either.
 */
import Sqlite from 'better-sqlite3';
import { CHECKPOINT_PAGES } from '../../src/store/sqlite/database.ts';

const ASKED_INSTEAD: Readonly<Record<string, string>> = {
  [`wal_autocheckpoint = ${CHECKPOINT_PAGES}`]: 'wal_autocheckpoint = 40',
  ...(process.env['TEST_SYNCHRONOUS'] === 'NORMAL' && { 'synchronous = FULL': 'synchronous = NORMAL' }),
};

type Pragma = (source: string, options?: object) => unknown;
const original = Object.getOwnPropertyDescriptor(Sqlite.prototype, 'pragma');
if (!original) throw new Error('better-sqlite3 has no pragma');
Object.defineProperty(Sqlite.prototype, 'pragma', {
  ...original,
  value: function pragma(this: Sqlite.Database, source: string, options?: object): unknown {
    const asked = Reflect.apply(original.value as Pragma, this, [ASKED_INSTEAD[source] ?? source, options]);
    // The daemon refuses to start unless it reads back FULL.
    return source === 'synchronous' ? 2 : asked;
  },
});
