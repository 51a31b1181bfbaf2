import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { nearest } from '../../src/queue/nearest.ts';

describe('the nearest name', () => {
  test('is the one with a letter wrong, swapped, missing or in another case', () => {
    const names = ['backend:lead', 'frontend:lead', 'ops'];
    for (const wrong of ['backend:laed', 'backnd:lead', 'Backend:Lead', 'backendd:lead', 'backend:load'])
      assert.equal(nearest(wrong, names), 'backend:lead', wrong);
  });

  test('is nobody where nothing is near', () => {
    assert.equal(nearest('database', ['backend:lead', 'ops']), undefined);
    assert.equal(nearest('x', []), undefined);
  });

  test('is the first of those that are equally near', () => {
    assert.equal(nearest('work:9', ['work:1', 'work:2']), 'work:1');
  });

  test('is always one of the names, and the name itself where it is among them', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(name, fc.array(name), (wanted, names) => {
        const found = nearest(wanted, names);
        assert.ok(found === undefined || names.includes(found));
        const lower = (text: string) => text.toLowerCase();
        if (names.includes(wanted)) assert.equal(lower(found ?? ''), lower(wanted));
      }),
    );
  });
});
