import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { vetoOf, type ClientPlace, type PaneState } from '../../src/pane/vetoes.ts';

const NOW_MS = 1_000_000;
const QUIET: PaneState = {
  serverStart: 7,
  panePid: 1,
  isDead: false,
  inMode: false,
  inputOff: false,
  synchronised: false,
  command: 'claude',
  viewers: [],
};

function veto(state: Partial<PaneState>, client: ClientPlace = 'here', serverStart = 7): string | null {
  return vetoOf({ ...QUIET, ...state }, { serverStart, client }, NOW_MS);
}

describe('typing', () => {
  it('is forbidden by nothing in a quiet pane, also where somebody looks and does nothing', () => {
    assert.equal(veto({}), null);
    assert.equal(veto({ viewers: [{ activeAtMs: NOW_MS - 2_000 }] }), null);
    assert.equal(veto({ inMode: true }), null);
  });

  for (const [why, state, client] of [
    ['program in the pane ended', { isDead: true }, 'here'],
    ['input of the pane is off', { inputOff: true }, 'here'],
    ['panes are synchronised', { synchronised: true }, 'here'],
    ['pane in copy mode', { inMode: true, viewers: [{ activeAtMs: 0 }] }, 'here'],
    ['human typing', { viewers: [{ activeAtMs: NOW_MS - 1_000 }] }, 'here'],
    ['agent is not in this pane', {}, 'gone'],
    ['agent is not in this pane', {}, 'elsewhere'],
    ['another program in the foreground', {}, 'background'],
    ['another program in the foreground', { command: '-zsh' }, 'unknown'],
  ] as const)
    it(`is forbidden: ${why}, where the client is ${client}`, () => assert.equal(veto(state, client), why));

  it('is forbidden on a server that began later, and allowed in a client that a shell wraps', () => {
    assert.equal(veto({}, 'here', 6), 'pane gone');
    assert.equal(veto({ command: 'bash' }, 'here'), null);
  });
});
