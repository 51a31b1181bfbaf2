import assert from 'node:assert/strict';
import { test } from 'node:test';
import { legacyTime, legacyTimeText } from '../../src/takeover/legacy-time.ts';

const AT_MS = Date.UTC(2025, 7, 30, 12, 5, 9);

for (const [cell, atMs] of [
  ['2025-08-30 12:05:09', AT_MS],
  ['2025-08-30T12:05:09', AT_MS],
  ['2025-08-30T12:05:09Z', AT_MS],
  ['2025-08-30T12:05:09.250', AT_MS + 250],
  ['2025-08-30T12:05:09.123456', AT_MS + 123],
  ['2025-08-30T14:05:09+02:00', AT_MS],
  ['2025-08-30 14:05:09+0200', AT_MS],
  ['2025-08-30', Date.UTC(2025, 7, 30)],
  [AT_MS / 1000, AT_MS],
  [AT_MS, AT_MS],
  [String(AT_MS / 1000), AT_MS],
  [AT_MS / 1000 + 0.5, AT_MS + 500],
  [null, undefined],
  ['', undefined],
  ['yesterday', null],
  ['2025-13-40 99:00:00', null],
  [-5, null],
] as const)
  test(`the time ${JSON.stringify(cell)} is ${atMs}`, () => assert.equal(legacyTime(cell), atMs));

test('a time is written as the old tools read it', () =>
  assert.equal(legacyTimeText(AT_MS), '2025-08-30 12:05:09'));
