import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientSocketPath, socketPath, stateDir } from '../../src/protocol/places.ts';

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

test("a client goes to the machine's service where that is this user's and the user has no socket of a daemon", () => {
  const theirs = { ...machine(true), owns: () => false };
  const ours = { ...theirs, owns: (path: string) => path === '/run/orq' };
  const own = '/run/user/7/orq/orq.sock';
  assert.equal(clientSocketPath({}, theirs), own);
  assert.equal(clientSocketPath({}, ours), '/run/orq/orq.sock');
  assert.equal(
    clientSocketPath({}, { ...ours, exists: (path) => path === own || path === '/run/user/7' }),
    own,
  );
  assert.equal(clientSocketPath({ ORQ_SOCKET: '/s' }, ours), '/s');
  assert.equal(clientSocketPath({ ORQ_SOCKET: '' }, ours), '/run/orq/orq.sock');
});

test('the state folder is ORQ_STATE_DIR, else below an absolute XDG_STATE_HOME, else below the home', () => {
  assert.equal(stateDir({ ORQ_STATE_DIR: '/d' }, '/home/a'), '/d');
  assert.equal(stateDir({ XDG_STATE_HOME: '/st' }, '/home/a'), '/st/orq');
  assert.equal(stateDir({ XDG_STATE_HOME: 'st' }, '/home/a'), '/home/a/.local/state/orq');
});
