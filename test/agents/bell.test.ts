import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bell, bellsIn } from '../../src/agents/bell.ts';

const nonce = '0123456789abcdef';

test('a bell is found by its nonce wherever the client wraps it', () => {
  const wrapped = `<task-notification>\nStop hook blocking error from command "Stop": ${bell(nonce)}</task-notification>`;
  assert.deepEqual(bellsIn(wrapped), [nonce]);
});

test('all bells of a prompt are found, and none in the words of a human', () => {
  assert.deepEqual(bellsIn(bell(nonce) + bell('f'.repeat(16))), [nonce, 'f'.repeat(16)]);
  assert.deepEqual(bellsIn('please look at your orq: mail waiting'), []);
});
