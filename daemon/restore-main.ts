#!/usr/bin/env node
/** Entry of `orqctl restore`, apart from orqctl because only programs of the daemon write the database: `restore-main.js STATE_DIR FILE`. */
import { fileURLToPath } from 'node:url';
import { errorToJson } from '../src/protocol/error-json.ts';
import { OrqError } from '../src/protocol/errors.ts';
import { restoreDatabase } from '../src/store/sqlite/restore.ts';

const [stateDir = '', file = ''] = process.argv.slice(2);
process.umask(0o077);
try {
  const migrations = fileURLToPath(new URL('../../migrations', import.meta.url));
  const restored = restoreDatabase({ stateDir, file, migrations, nowMs: Date.now() });
  process.stdout.write(`${JSON.stringify({ restored })}\n`);
} catch (error) {
  const known =
    error instanceof OrqError
      ? error
      : new OrqError('storage_failed', `restore of ${file}: ${error instanceof Error ? error.message : ''}`);
  process.stdout.write(`${JSON.stringify(errorToJson(known))}\n`);
  process.exitCode = known.exit;
}
