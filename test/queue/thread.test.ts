import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeReply } from '../../src/queue/thread.ts';

test('a reply stands in the thread of what it answers', () => {
  assert.deepEqual(placeReply({ id: 7, threadId: 't' }, undefined), { threadId: 't', begun: false });
});

test('a reply to a message without a thread begins one with it', () => {
  assert.deepEqual(placeReply({ id: 7, threadId: null }, undefined), { threadId: '7', begun: true });
  assert.deepEqual(placeReply({ id: 7, threadId: null }, '7'), { threadId: '7', begun: true });
});

test("a sender's own thread holds, and moves nobody else", () => {
  assert.deepEqual(placeReply({ id: 7, threadId: 't' }, 'u'), { threadId: 'u', begun: false });
  assert.deepEqual(placeReply({ id: 7, threadId: null }, 'u'), { threadId: 'u', begun: false });
});
