import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bell, isOnlyBell } from '../../src/agents/bell.ts';

const nonce = '0123456789abcdef';
const wrapped = (command: string) =>
  `<task-notification>\n<summary>Stop hook feedback</summary>\n</task-notification>\n<system-reminder>\nStop hook blocking error from command "${command}": ${bell(nonce)}</system-reminder>\n`;

test('a prompt of nothing but bells is known as such, bare and as the client wraps it', () => {
  assert.ok(isOnlyBell(bell(nonce)));
  assert.ok(isOnlyBell(wrapped('Stop')));
  assert.ok(isOnlyBell(wrapped('Stop') + wrapped('SessionStart:startup')));
});

test('a prompt that holds a word besides is not only a bell', () => {
  for (const prompt of [
    '',
    'hello',
    `please: ${bell(nonce)}`,
    `${bell(nonce)}hello`,
    `${wrapped('Stop')}hello`,
    `hello\n${wrapped('Stop')}`,
  ])
    assert.equal(isOnlyBell(prompt), false, prompt);
});
