import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import {
  addressesOf,
  nameFromFolder,
  nameFromWindow,
  projectFromSession,
  uniqueId,
} from '../../src/agents/identity.ts';

const window = {
  sessionName: 'work',
  windowIndex: 3,
  windowName: 'api',
  automaticName: false,
  paneIndex: 1,
  pane: '%7',
};

describe('what an agent is called that nobody named', () => {
  test('takes a window name that somebody gave, else the index', () => {
    assert.equal(nameFromWindow(window), 'work:api');
    assert.equal(nameFromWindow({ ...window, automaticName: true }), 'work:3');
    assert.equal(nameFromWindow({ ...window, windowName: '' }), 'work:3');
  });

  test('takes the folder outside tmux', () => {
    assert.equal(nameFromFolder('/srv/trees/api/'), 'api');
    assert.equal(nameFromFolder('/'), 'agent');
  });

  test('works on the project that its tmux session is named for', () => {
    assert.equal(projectFromSession('shop'), 'shop');
    assert.equal(projectFromSession('shop-session'), 'shop');
    assert.equal(projectFromSession('-session'), 'session');
    assert.equal(projectFromSession('@shop'), 'shop');
  });

  test('is unique by the first free number', () => {
    const taken = new Set(['work:api', 'work:api-2']);
    assert.equal(
      uniqueId('work:api', (id) => taken.has(id)),
      'work:api-3',
    );
    assert.equal(
      uniqueId('work:web', (id) => taken.has(id)),
      'work:web',
    );
  });

  test('keeps the length that the store takes, also with a number behind it', () => {
    const long = fc.string({ unit: 'binary', minLength: 150, maxLength: 400 });
    fc.assert(
      fc.property(long, long, (sessionName, windowName) => {
        for (const name of [
          nameFromWindow({ ...window, sessionName, windowName }),
          nameFromFolder(`/srv/${windowName}`),
        ]) {
          const id = uniqueId(name, (taken) => taken === name);
          assert.ok(Array.from(id).length <= 200 && id.length > 0);
          assert.ok(id.isWellFormed());
          // oxlint-disable-next-line no-control-regex
          assert.doesNotMatch(id, /[\u0000-\u001f\u007f-\u009f]/);
        }
      }),
    );
  });

  test('may be addressed by index, name, pane index and pane, each once', () => {
    assert.deepEqual(addressesOf(window), ['work:3', 'work:api', 'work:3.1', '%7']);
    assert.deepEqual(addressesOf({ ...window, windowName: '3' }), ['work:3', 'work:3.1', '%7']);
    assert.deepEqual(addressesOf({ ...window, windowName: '' }), ['work:3', 'work:3.1', '%7']);
  });
});
