import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  causeOfFailure,
  causeOfText,
  ERROR_PATTERNS,
  FAILURE_CAUSES,
} from '../../src/agents/restart-cause.ts';
import { restartVerdict, TREATMENTS } from '../../src/agents/restart-policy.ts';
import { RESTART_CAUSES } from '../../src/protocol/restart.ts';
import { readDocument, rowsOf, sectionOf } from './documents.ts';
import { RESTART_POLICY } from '../support/restart-policy.ts';

const RESTARTS = readDocument('docs/RESTARTS.md');
const rows = (title: string) =>
  rowsOf(sectionOf(RESTARTS, title)).map((row) => row.map((cell) => cell.replaceAll('`', '')));
const POLICY = { ...RESTART_POLICY, limit: 5, startsAtOnce: 2, staggerMs: 1_000 };

test('every cause stands in the table with the verdict that the policy gives for it', () => {
  const table = rows('Verdict by cause');
  assert.deepEqual(
    table.map(([cause]) => cause),
    [...RESTART_CAUSES],
  );
  for (const [index, cause] of RESTART_CAUSES.entries()) {
    const treatment = table[index]?.[2];
    assert.equal(treatment, TREATMENTS[cause], cause);
    const facts = { cause, restartsMs: [], hold: null, serviceHoldUntilMs: null, startsUnderWay: 0 };
    const dead = restartVerdict({ ...facts, isAlive: false }, POLICY, 1e12, 0);
    const living = restartVerdict({ ...facts, isAlive: true }, POLICY, 1e12, 0);
    const wanted = { restart: 'restart', leave: 'nothing', wait: 'hold', hold: 'hold' }[treatment ?? ''];
    assert.equal(dead.kind, wanted, cause);
    assert.equal(living.kind, wanted === 'restart' ? 'nothing' : wanted, cause);
    if (dead.kind === 'hold') assert.equal(dead.untilMs !== null, treatment === 'wait', cause);
  }
});

test('every kind of StopFailure has the cause that its table says', () => {
  const table = rows('StopFailure');
  assert.deepEqual(Object.fromEntries(table), FAILURE_CAUSES);
  for (const [error = '', cause] of table) assert.equal(causeOfFailure(error), cause, error);
});

test('every pattern of a Notification has the cause that its table says, in this order', () => {
  const table = rows('Notifications');
  assert.deepEqual(
    table,
    ERROR_PATTERNS.map(({ text, cause }) => [text, cause]),
  );
  for (const [text = '', cause] of table)
    assert.equal(causeOfText(`Something: ${text.toUpperCase()}!`, ERROR_PATTERNS), cause, text);
});
