import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { EXCERPT_LENGTH, noticeOfDeath } from '../../src/queue/notice.ts';

const words = fc.string({ unit: 'binary', maxLength: EXCERPT_LENGTH });

describe('the notice of a death', () => {
  test('names the message, whom it was for and why it was given up', () => {
    const text = noticeOfDeath({ id: 42, agent: 'site', reason: 'expired', excerpt: 'look at this' });
    for (const fact of ['message 42', '"site"', '"expired"', '"look at this"', 'orqctl dead redrive 42'])
      assert.ok(text.includes(fact), fact);
  });

  test('repeats the words of others quoted on one line each, so that none can pass for orq', () => {
    fc.assert(
      fc.property(words, words, words, (agent, reason, excerpt) => {
        assert.equal(noticeOfDeath({ id: 1, agent, reason, excerpt }).split('\n').length, 3);
      }),
    );
  });
});
