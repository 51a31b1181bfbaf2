import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERRORS, OrqError, type ErrorCode } from '../../../client/index.ts';
import { adviceFor } from '../../../client/orqctl/advice.ts';
import { openStandIn, socketFolder } from '../stand-in.ts';
import { orqctl } from './run-orqctl.ts';

test('without a daemon it exits 6, leaves stdout empty, and says path, errno and how to start it', async () => {
  using place = socketFolder();
  const { exit, stdout, stderr } = await orqctl(['send', 'work:1', 'hello'], place);
  assert.deepEqual({ exit, stdout }, { exit: 6, stdout: '' });
  assert.equal(
    stderr,
    `orqctl: socket ${place.socket}: no connection (ENOENT)\ntry: orq-daemon starts it, or npm start in a checkout; --socket or ORQ_SOCKET names another\n`,
  );
});

test('exits with the code of lease_lost and leaves stdout empty', async () => {
  await using server = await openStandIn(() => {
    throw new OrqError('lease_lost', 'message 42: stale token 3', { details: { id: 42 } });
  });
  const { exit, stdout, stderr } = await orqctl(['ack', '42', '--lease-token', '3'], server);
  assert.deepEqual({ exit, stdout }, { exit: ERRORS.lease_lost.exit, stdout: '' });
  assert.match(stderr, /^orqctl: message 42: stale token 3\ntry: orqctl show 42 /);
});

test('an error is JSON on stderr with --json', async () => {
  await using server = await openStandIn(() => {
    throw new OrqError('not_found', 'message 42: not stored');
  });
  const { exit, stdout, stderr } = await orqctl(['show', '42', '--json'], server);
  assert.deepEqual({ exit, stdout }, { exit: 3, stdout: '' });
  assert.deepEqual(JSON.parse(stderr), {
    error: { code: 'not_found', message: 'message 42: not stored', retry: false },
  });
});

test('the advice about an ambiguous address lists its candidates, or where to find them', () => {
  const details = { candidates: ['a:1', 'b:1'] };
  assert.equal(adviceFor(new OrqError('ambiguous_address', 'x', { details })), 'one of: a:1, b:1');
  assert.match(adviceFor(new OrqError('ambiguous_address', 'x')) ?? '', /orqctl agents/);
});

test('every error that somebody can do something about has its advice', () => {
  const silent = Object.keys(ERRORS).filter((code) => !adviceFor(new OrqError(code as ErrorCode, 'x')));
  assert.deepEqual(silent, ['bad_request', 'bad_setting']);
});

const USAGE = [
  ['snd work:1 hello', /unknown command 'snd'\n\(Did you mean send\?\)/],
  ['', /Usage: orqctl/],
  ['send work:1', /missing required argument 'text'/],
  ['send work:1 hello world', /too many arguments/],
  ['send work:1 hello --prioritty 5', /unknown option '--prioritty'\n\(Did you mean --priority\?\)/],
  ['send work:1 hello --priority 5000000', /whole number from -1000000 to 1000000/],
  ['send work:1 hello --delay 10', /Say the unit: 10s, 10m or 10ms/],
  ['send work:1 hello --delay 1s --at 2030-01-31', /cannot be used with/],
  ['send work:1 hello --wake soon', /Allowed choices are now, later/],
  ['show forty-two', /whole number from 1 up/],
  ['list --state pending', /Allowed choices are ready/],
] as const;

for (const [line, stderr] of USAGE) {
  test(`a wrong command line is exit 2 with a reason and no answer: orqctl ${line}`, async () => {
    const ran = await orqctl(line.split(' ').filter(Boolean));
    assert.deepEqual({ exit: ran.exit, stdout: ran.stdout }, { exit: 2, stdout: '' });
    assert.match(ran.stderr, stderr);
  });
}
