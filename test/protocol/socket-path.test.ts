import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OrqError } from '../../src/protocol/errors.ts';
import { assertSocketPath, socketPath, stateDir } from '../../src/protocol/socket-path.ts';

const HOME = { HOME: '/home/a' };

test('ORQ_SOCKET decides where it is set and not empty', () => {
  const env = { ...HOME, XDG_RUNTIME_DIR: '/run/user/7' };
  assert.equal(socketPath({ ...env, ORQ_SOCKET: '/s' }, 7, true), '/s');
  assert.equal(socketPath({ ...env, ORQ_SOCKET: '' }, 7, true), '/run/user/7/orq/orq.sock');
});

test('an absolute XDG_RUNTIME_DIR comes before /run/user, which comes before the state folder', () => {
  assert.equal(socketPath({ ...HOME, XDG_RUNTIME_DIR: '/r' }, 7, true), '/r/orq/orq.sock');
  assert.equal(socketPath({ ...HOME, XDG_RUNTIME_DIR: 'r' }, 7, true), '/run/user/7/orq/orq.sock');
  assert.equal(socketPath({ ...HOME, XDG_STATE_HOME: '/st' }, 7, false), '/st/orq/orq.sock');
  assert.equal(socketPath(HOME, 7, false), '/home/a/.local/state/orq/orq.sock');
});

test('a path of 107 bytes is allowed, one of 108 is socket_unusable and says so, counted in bytes', () => {
  const longest = `/${'é'.repeat(53)}`;
  assert.equal(assertSocketPath(longest), longest);
  assert.throws(
    () => socketPath({ ORQ_SOCKET: `${longest}x` }, 7, false),
    (error: OrqError) => error.code === 'socket_unusable' && error.message.includes('108 bytes'),
  );
});

test('the state folder is ORQ_STATE_DIR, else below an absolute XDG_STATE_HOME, else below the home', () => {
  assert.equal(stateDir({ ...HOME, ORQ_STATE_DIR: '/d' }), '/d');
  assert.equal(stateDir({ ...HOME, XDG_STATE_HOME: '/st' }), '/st/orq');
  assert.equal(stateDir({ ...HOME, XDG_STATE_HOME: 'st' }), '/home/a/.local/state/orq');
  assert.throws(
    () => stateDir({}),
    (error: OrqError) => error.code === 'bad_setting',
  );
});
