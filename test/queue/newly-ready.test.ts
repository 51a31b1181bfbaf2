import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Enqueued } from '../../src/protocol/schemas.ts';
import { newlyReady } from '../../src/queue/newly-ready.ts';

const stored = (agent: string, more: Partial<Enqueued> = {}): Enqueued => ({
  id: 1,
  agent,
  state: 'ready',
  created: true,
  agentKnown: true,
  ...more,
});

test('agents have more ready messages by what was stored now, and only by what may be leased', () => {
  const replies = [stored('a'), stored('b', { created: false }), stored('c', { state: 'scheduled' })];
  assert.deepEqual(newlyReady(replies), ['a']);
});

test('a message to a project brings each of its agents one', () => {
  const messages = [stored('a'), stored('b', { state: 'blocked' }), stored('c')];
  assert.deepEqual(newlyReady([stored('@shop', { messages })]), ['a', 'c']);
});
