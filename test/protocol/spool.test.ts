import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAbandoned, isUnfinished, spoolFileName } from '../../src/protocol/spool.ts';

const HOUR_MS = 3_600_000;
const NAME = `.${spoolFileName(1_900_000_000_000, 42, 1)}.tmp`;

test('an unfinished file is given up an hour after its process, or a day after its last byte', () => {
  const only42 = (pid: number): boolean => pid === 42;
  const nobody = (): boolean => false;
  assert.equal(isUnfinished(NAME), true);
  assert.equal(isAbandoned(NAME, HOUR_MS - 1, nobody), false);
  assert.equal(isAbandoned(NAME, HOUR_MS, nobody), true);
  assert.equal(isAbandoned(NAME, HOUR_MS, only42), false);
  assert.equal(isAbandoned(NAME, 24 * HOUR_MS, only42), true);
});

test('a name that tells no process is given up after an hour', () => {
  assert.equal(
    isAbandoned('.notes.tmp', HOUR_MS, () => true),
    true,
  );
  assert.equal(
    isAbandoned('.0000000000000-0000000000-00000000.json.tmp', HOUR_MS, () => true),
    true,
  );
});
