#!/usr/bin/env node
/** Entry of the doctor's look at the database, apart from orqctl because only programs of the daemon open it: `check-main.js FILE`. */
import { errorToJson } from '../src/protocol/error-json.ts';
import { OrqError } from '../src/protocol/errors.ts';
import { findDamage } from '../src/store/sqlite/damage.ts';

const [file = ''] = process.argv.slice(2);
try {
  process.stdout.write(`${JSON.stringify({ damage: findDamage(file) })}\n`);
} catch (error) {
  const known =
    error instanceof OrqError
      ? error
      : new OrqError('storage_failed', `check of ${file}: ${error instanceof Error ? error.message : ''}`);
  process.stdout.write(`${JSON.stringify(errorToJson(known))}\n`);
  process.exitCode = known.exit;
}
