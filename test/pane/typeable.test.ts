import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assert as holds, constantFrom, oneof, property, string } from 'fast-check';
import { typeableCommand, typeableText, withoutControls } from '../../src/pane/typeable.ts';

const anyText = string({
  unit: oneof(
    constantFrom('\t', '\r', '\n', '\u001b', '\u007f', '\u009b', '\0', '/', '!', ' '),
    string({ unit: 'binary', maxLength: 3 }),
  ),
});

describe('a text that is typed', () => {
  it('holds no control character but line feeds, and is the same when it is cleaned again', () => {
    holds(
      property(anyText, (text) => {
        const clean = withoutControls(text);
        assert.match(clean, /^[^\p{Cc}]*(?:\n[^\p{Cc}]*)*$/u);
        assert.equal(withoutControls(clean), clean);
      }),
    );
  });

  it('keeps every character that is none', () => {
    holds(
      property(anyText, (text) => {
        const visible = (words: string): string => words.toWellFormed().replaceAll(/[\p{Cc}\s]/gu, '');
        assert.ok(visible(typeableText(text)).endsWith(visible(text)));
      }),
    );
  });

  it('never begins like a command of the client', () => {
    holds(property(anyText, (text) => assert.doesNotMatch(typeableText(text), /^\s*[/!#&]/)));
    assert.equal(typeableText(' /help me'), 'orq: /help me');
    assert.equal(typeableText('!rm -r x'), 'orq: !rm -r x');
    assert.equal(typeableText('-x'), '-x');
  });

  it('closes a menu that its last word would open', () => {
    assert.equal(typeableText('look at @src'), 'look at @src ');
    assert.equal(typeableText('@src first'), '@src first');
  });

  it('that is a command is one line', () => {
    assert.equal(typeableCommand('/compact keep\n the plan\n'), '/compact keep the plan');
  });
});
