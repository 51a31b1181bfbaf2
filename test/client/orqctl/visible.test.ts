import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { visible, visibleLines } from '../../../client/orqctl/visible.ts';

test('what moves the cursor, reorders or hides is written as an escape', () => {
  assert.equal(visible('a\x1b[2Jb'), 'a\\x1b[2Jb');
  assert.equal(visible('\r\n\t\x7f\x9b'), '\\r\\n\\t\\x7f\\x9b');
  assert.equal(visible('\u202eevil\u2066'), '\\u{202e}evil\\u{2066}');
  assert.equal(visible('\ud800x'), '\\u{d800}x');
  assert.equal(visible('grün 文字 🚀'), 'grün 文字 🚀');
});

test('line breaks and tabs stay where several lines are printed', () => {
  assert.equal(visibleLines('a\n\tb\r\x1b'), 'a\n\tb\\x0d\\x1b');
});

test('no text leaves a control character in one line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.doesNotMatch(visible(text), /[\p{Cc}\p{Surrogate}]/u);
    }),
  );
});
