import assert from 'node:assert/strict';
import { test } from 'node:test';
import { senderOf } from '../../client/sender.ts';

const PANE = { TMUX: '/tmp/a,b/default,123,0', TMUX_PANE: '%3', CLAUDE_CODE_SESSION_ID: 'sé' };

test('the flag names the sender, else ORQ_AGENT, and then no fact about the pane is sent', () => {
  assert.deepEqual(senderOf('me', { ...PANE, ORQ_AGENT: 'other' }), { from: 'me', headers: {} });
  assert.deepEqual(senderOf(undefined, { ...PANE, ORQ_AGENT: 'other' }), { from: 'other', headers: {} });
});

test('without a name the tmux socket, pane and session are sent, percent-encoded', () => {
  assert.deepEqual(senderOf(undefined, { ...PANE, ORQ_AGENT: '' }), {
    headers: { 'orq-tmux': '%2Ftmp%2Fa%2Cb%2Fdefault', 'orq-pane': '%253', 'orq-session': 's%C3%A9' },
  });
});

test('outside tmux nothing is claimed', () => {
  assert.deepEqual(senderOf(undefined, {}), { headers: {} });
});
