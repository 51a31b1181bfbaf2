import assert from 'node:assert/strict';
import { test } from 'node:test';
import { socketPath, stateDir } from '../../src/protocol/places.ts';

const machine = (runUserExists: boolean) => ({
  uid: 7,
  home: '/home/a',
  exists: (path: string) => runUserExists && path === '/run/user/7',
});

test('ORQ_SOCKET decides where it is set and not empty', () => {
  const env = { XDG_RUNTIME_DIR: '/r' };
  assert.equal(socketPath({ ...env, ORQ_SOCKET: '/s' }, machine(true)), '/s');
  assert.equal(socketPath({ ...env, ORQ_SOCKET: '' }, machine(true)), '/r/orq/orq.sock');
});

test('an absolute XDG_RUNTIME_DIR comes before /run/user, which comes before the state folder', () => {
  assert.equal(socketPath({ XDG_RUNTIME_DIR: '/r' }, machine(true)), '/r/orq/orq.sock');
  assert.equal(socketPath({ XDG_RUNTIME_DIR: 'r' }, machine(true)), '/run/user/7/orq/orq.sock');
  assert.equal(socketPath({ XDG_STATE_HOME: '/st' }, machine(false)), '/st/orq/orq.sock');
  assert.equal(socketPath({}, machine(false)), '/home/a/.local/state/orq/orq.sock');
});

test('the state folder is ORQ_STATE_DIR, else below an absolute XDG_STATE_HOME, else below the home', () => {
  assert.equal(stateDir({ ORQ_STATE_DIR: '/d' }, '/home/a'), '/d');
  assert.equal(stateDir({ XDG_STATE_HOME: '/st' }, '/home/a'), '/st/orq');
  assert.equal(stateDir({ XDG_STATE_HOME: 'st' }, '/home/a'), '/home/a/.local/state/orq');
});
