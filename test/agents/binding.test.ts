import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sameProcess, standingOf } from '../../src/agents/binding.ts';

const mine = { pid: 10, start: 'boot:1' };
const other = { pid: 11, start: 'boot:2' };

describe('who speaks for an agent', () => {
  test('a newcomer, where nobody lives', () => {
    assert.equal(standingOf({ process: mine, mayBind: true }, undefined), 'bound');
    assert.equal(standingOf({ process: mine, mayBind: true }, { process: other, gone: true }), 'bound');
  });

  test('a newcomer from the same process', () => {
    assert.equal(
      standingOf({ process: mine, mayBind: true }, { process: { ...mine }, gone: false }),
      'bound',
    );
  });

  test('nobody new while another process lives, even one with the same pid in another life', () => {
    assert.equal(standingOf({ process: mine, mayBind: true }, { process: other, gone: false }), 'guest');
    const reused = { process: { pid: 10, start: 'boot:9' }, gone: false };
    assert.equal(standingOf({ process: mine, mayBind: true }, reused), 'guest');
    assert.equal(standingOf({ process: null, mayBind: true }, { process: other, gone: false }), 'guest');
  });

  test('never a client that may not bind', () => {
    for (const bound of [undefined, { process: other, gone: true }, { process: mine, gone: false }])
      assert.equal(standingOf({ process: mine, mayBind: false }, bound), 'guest');
  });

  test('a session whose process nobody ever saw gives way', () => {
    assert.equal(standingOf({ process: mine, mayBind: true }, { process: null, gone: false }), 'bound');
  });

  test('two unknown processes are not the same', () => {
    assert.equal(sameProcess(null, null), false);
  });
});
