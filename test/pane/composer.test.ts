import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { holdsAmongOthers, holdsExactly, readScreen } from '../../src/pane/composer.ts';

const RULE = `\u001b[38;5;244m${'─'.repeat(80)}`;
const NBSP = '\u00a0';

/** As tmux 3.3a captures 2.1.330: the attributes of a line go on in the next. */
function box(inside: string, below = '  ⏸ manual mode on', above = ''): string {
  return [above, RULE, `\u001b[39m❯${NBSP}${inside}`, `\u001b[0m${RULE}`, below, '', ''].join('\n');
}

describe('the input box', () => {
  it('is empty with a cursor alone, and with a hint', () => {
    for (const inside of [
      '\u001b[7m ',
      '\u001b[7mT\u001b[0;2mry "fix the tests"',
      '\u001b[90mTry it\u001b[39m',
    ])
      assert.deepEqual(readScreen(box(inside)), {
        shows: 'composer',
        draft: '',
        isRunning: false,
        hasQueued: false,
      });
  });

  it('holds what is bright, without a dim suggestion behind it', () => {
    const screen = readScreen(box('half a thou\u001b[2mght of mine\u001b[0m'));
    assert.ok(screen.shows === 'composer');
    assert.equal(screen.draft, 'half a thou');
  });

  it('holds all lines between its rules', () => {
    const screen = readScreen(box('one\n  two\n  /three\u001b[7m '));
    assert.ok(screen.shows === 'composer');
    assert.equal(screen.draft, 'one\ntwo\n/three');
    assert.ok(holdsExactly(screen.draft, 'one\ntwo\n/three'));
  });

  it('says that a turn runs, and not because somebody wrote about it long before', () => {
    const running = readScreen(box('', 'x', '✻ Crunching… (3s · esc to interrupt)'));
    assert.ok(running.shows === 'composer' && running.isRunning);
    const long = `press esc to interrupt it\n${'line\n'.repeat(30)}${box('')}`;
    const quiet = readScreen(long);
    assert.ok(quiet.shows === 'composer' && !quiet.isRunning);
  });

  it('is not there behind a dialog, in a menu, and where only its sign is', () => {
    const dialog = `${box('')}\nDo you want to proceed?\n❯ 1. Yes\n  2. No\n`;
    assert.equal(readScreen(dialog).shows, 'dialog');
    assert.equal(readScreen('Rewind\n\n❯ (current)\n\nEnter to select').shows, 'dialog');
    assert.equal(readScreen('❯ what was said before\n\n● an answer\n').shows, 'nothing');
    assert.equal(readScreen('').shows, 'nothing');
  });
});

describe('a draft', () => {
  it('is exactly a text whatever lines the box makes of it', () => {
    assert.ok(holdsExactly('mail waiting\n(bell 12)', 'mail waiting (bell 12)'));
    assert.ok(!holdsExactly('mail waiting (bell 12) x', 'mail waiting (bell 12)'));
    assert.ok(!holdsExactly('', 'mail'));
  });

  it('that is one mark of a paste is a long text, never a short one', () => {
    const long = 'word '.repeat(300);
    assert.ok(holdsExactly('[Pasted text #2]', long));
    assert.ok(holdsExactly('[Pasted text #1 +30 lines]', 'line\n'.repeat(31)));
    assert.ok(!holdsExactly('[Pasted text #1 +30 lines]', 'orq: mail waiting'));
    assert.ok(!holdsExactly('mine [Pasted text #1 +30 lines]', long));
    assert.ok(holdsAmongOthers('mine [Pasted text #1 +30 lines]', long));
  });
});
