import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  causeOfFailure,
  causeOfLoss,
  causeOfText,
  ERROR_PATTERNS,
  mayTellOfError,
  type Loss,
} from '../../src/agents/restart-cause.ts';

const KILLED: Loss = {
  wasStopped: false,
  wasHung: false,
  otherBoot: false,
  farewell: null,
  server: 'there',
  pane: 'there',
  ownedPane: true,
  exit: null,
};
const cause = (loss: Partial<Loss>) => causeOfLoss({ ...KILLED, ...loss });

test('a client that ended without a word crashed, also where its pane went with it', () => {
  assert.equal(cause({}), 'crashed');
  assert.equal(cause({ exit: { status: null, signal: 9 } }), 'crashed');
  assert.equal(cause({ exit: { status: 0, signal: null } }), 'crashed');
  assert.equal(cause({ pane: 'gone' }), 'pane_lost');
});

test('who said goodbye, was stopped or had the window closed did not crash', () => {
  assert.equal(cause({ farewell: 'prompt_input_exit' }), 'clean_exit');
  assert.equal(cause({ farewell: 'logout', pane: 'gone', server: 'gone' }), 'clean_exit');
  assert.equal(cause({ farewell: 'other', exit: { status: 0, signal: null } }), 'clean_exit');
  assert.equal(cause({ farewell: 'other', pane: 'gone' }), 'closed');
  assert.equal(cause({ wasStopped: true, pane: 'gone' }), 'stopped');
  assert.equal(cause({ wasHung: true, farewell: 'other', pane: 'gone' }), 'hung');
});

test('a window that held more than the client was closed, also where the client could not say so', () => {
  assert.equal(cause({ pane: 'gone', ownedPane: false }), 'closed');
});

test('a killed server and a reboot are told apart from a closed window', () => {
  assert.equal(cause({ farewell: 'other', pane: 'gone', server: 'gone' }), 'server_lost');
  assert.equal(cause({ otherBoot: true, pane: 'gone', server: 'gone' }), 'rebooted');
});

test('a kind of failure that nobody knows is unknown, also one that is a property of every object', () => {
  assert.equal(causeOfFailure('quota_from_next_year'), 'unknown');
  assert.equal(causeOfFailure('constructor'), 'unknown');
  assert.equal(causeOfFailure(null), 'unknown');
});

test('a text that forbids a restart wins over one that asks for it', () => {
  assert.equal(
    causeOfText('API Error: Authentication failed after a timeout', ERROR_PATTERNS),
    'authentication',
  );
  assert.equal(causeOfText('all is well', ERROR_PATTERNS), undefined);
});

test('words that a dialog or an idle notice quotes are no error', () => {
  for (const type of ['permission_prompt', 'idle_prompt', 'elicitation_dialog', 'agent_completed'])
    assert.equal(mayTellOfError(type), false, type);
  assert.equal(mayTellOfError('error'), true);
  assert.equal(mayTellOfError(null), true);
});
