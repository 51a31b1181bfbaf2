import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { spokenDuration } from '../../../client/orqctl/times.ts';
import { parseDuration, parseId, timeAfter, wholeNumber } from '../../../client/orqctl/values.ts';

const parseTime = timeAfter(new Date(2030, 0, 31, 12).getTime());

test('durations are a number with a unit, or several in a row', () => {
  const cases = {
    '250ms': 250,
    '10s': 10_000,
    '10m': 600_000,
    '2h': 7_200_000,
    '1d': 86_400_000,
    '1h30m': 5_400_000,
  };
  for (const [text, durationMs] of Object.entries(cases)) assert.equal(parseDuration(text), durationMs, text);
});

test('a duration without a unit is refused with the units that it could have', () => {
  assert.throws(() => parseDuration('10'), /10s, 10m or 10ms/);
});

test('what is no duration is refused', () => {
  for (const text of ['', 'm', '-1s', '1.5h', '1 h', '10M', '1w', '1h30', '99999999999999d']) {
    assert.throws(() => parseDuration(text), { code: 'commander.invalidArgument' }, text);
  }
});

test('a duration as it is spoken is never longer than what was parsed, and off by less than its smallest unit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000_000_000 }), (durationMs) => {
      const spokenMs = parseDuration(spokenDuration(durationMs));
      const unitMs = durationMs < 10 * 86_400_000 ? 3_600_000 : 86_400_000;
      assert.ok(spokenMs <= durationMs && durationMs - spokenMs < unitMs);
    }),
  );
});

test('whole numbers are decimal digits within their bounds', () => {
  assert.equal(wholeNumber(-5, 5)('-5'), -5);
  assert.equal(parseId('42'), 42);
  for (const text of ['', '0', '-1', '1.0', '1e3', '0x10', ' 1', '9007199254740993']) {
    assert.throws(() => parseId(text), { code: 'commander.invalidArgument' }, text);
  }
});

test('a time names its zone or is local', () => {
  assert.equal(parseTime('2030-01-31T09:00Z'), Date.UTC(2030, 0, 31, 9));
  assert.equal(parseTime('2030-01-31T09:00:01.5+02:00'), Date.UTC(2030, 0, 31, 7, 0, 1, 500));
  assert.equal(parseTime('2030-01-31T09:00'), new Date(2030, 0, 31, 9).getTime());
  assert.equal(parseTime('2030-01-31 09:00'), new Date(2030, 0, 31, 9).getTime());
  assert.equal(parseTime('2030-01-31'), new Date(2030, 0, 31).getTime());
});

test('a zone may be hours alone, and letters may be small', () => {
  assert.equal(parseTime('2030-01-31T09:00+02'), Date.UTC(2030, 0, 31, 7));
  assert.equal(parseTime('2030-01-31t09:00z'), Date.UTC(2030, 0, 31, 9));
});

test('a time of day is the next such local time', () => {
  assert.equal(parseTime('12:01'), new Date(2030, 0, 31, 12, 1).getTime());
  assert.equal(parseTime('12:00'), new Date(2030, 1, 1, 12, 0).getTime());
  assert.equal(parseTime('9:05'), new Date(2030, 1, 1, 9, 5).getTime());
  assert.equal(parseTime('00:00'), new Date(2030, 1, 1).getTime());
  for (const text of ['24:00', '12:60', '99:00'])
    assert.throws(() => parseTime(text), /00:00 to 23:59/, text);
});

test('a bare number is epoch milliseconds, and epoch seconds are refused', () => {
  assert.equal(parseTime('1900000000000'), 1_900_000_000_000);
  assert.throws(() => parseTime('1900000000'), /seconds/);
});

test('what is no time is refused', () => {
  for (const text of [
    '',
    'tomorrow',
    '2030-02-30',
    '2030-13-01',
    '2030-01-31T25:00',
    '9:5',
    '09:00:00',
    '2030-01-31T09:00Zz',
  ]) {
    assert.throws(() => parseTime(text), { code: 'commander.invalidArgument' }, text);
  }
});
