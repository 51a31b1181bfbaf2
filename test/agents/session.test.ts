/** The table of what each event makes of a session in each state: DESIGN's table, row by row. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { HOOK_EVENTS, type Observed, type SessionState } from '../../src/protocol/agent.ts';
import {
  MAX_CONTINUATIONS,
  afterHandOut,
  effectOf,
  type Effect,
  type SessionFacts,
} from '../../src/agents/session.ts';

const STATES = ['idle', 'busy', 'compacting', 'failed', 'needs_human'] as const satisfies SessionState[];
const IN_TURN: SessionFacts = {
  state: 'busy',
  promptId: 'p1',
  turnNumber: 1,
  inTurn: true,
  continuations: 2,
};

function seen(event: Observed['event'], more: Partial<Observed> = {}): Observed {
  return { event, promptId: 'p1', subagent: false, needsHuman: false, compacted: false, ...more };
}

function acts({ proves, handsOut, returnsOtherTurns, returnsThisTurn }: Effect): string {
  const words = { proves, handsOut, returnsOtherTurns, returnsThisTurn };
  return Object.entries(words)
    .flatMap(([word, holds]) => (holds ? [word] : []))
    .join(' ');
}

/** Event (in its own turn `p1`, of which the session knows) → state it leaves, by state it found; what it does. */
const TABLE: readonly [label: string, observed: Observed, becomes: 'same' | SessionState, does: string][] = [
  ['SessionStart', seen('SessionStart'), 'idle', 'returnsOtherTurns'],
  ['SessionStart compact', seen('SessionStart', { compacted: true }), 'same', ''],
  [
    'UserPromptSubmit, new prompt',
    seen('UserPromptSubmit', { promptId: 'p2' }),
    'busy',
    'handsOut returnsOtherTurns',
  ],
  [
    'UserPromptSubmit, no prompt id',
    seen('UserPromptSubmit', { promptId: null }),
    'busy',
    'handsOut returnsOtherTurns',
  ],
  ['UserPromptSubmit, same prompt', seen('UserPromptSubmit'), 'same', ''],
  ['PostToolBatch', seen('PostToolBatch'), 'busy', 'proves handsOut'],
  [
    'PostToolBatch, unknown turn',
    seen('PostToolBatch', { promptId: 'p2' }),
    'busy',
    'proves handsOut returnsOtherTurns',
  ],
  ['Stop', seen('Stop'), 'idle', 'proves handsOut'],
  ['Stop, unknown turn', seen('Stop', { promptId: 'p2' }), 'idle', 'proves handsOut returnsOtherTurns'],
  ['StopFailure', seen('StopFailure'), 'failed', 'returnsOtherTurns returnsThisTurn'],
  ['PermissionRequest', seen('PermissionRequest'), 'needs_human', ''],
  ['Notification of a dialog', seen('Notification', { needsHuman: true }), 'needs_human', ''],
  ['Notification of anything else', seen('Notification'), 'same', ''],
  ['PreCompact', seen('PreCompact'), 'compacting', ''],
  ['PostCompact', seen('PostCompact'), 'busy', ''],
  ['SessionEnd', seen('SessionEnd'), 'ended', 'returnsOtherTurns returnsThisTurn'],
];

describe('what an event makes of a session', () => {
  for (const [label, observed, becomes, does] of TABLE)
    test(`${label}: becomes ${becomes}${does && `, ${does}`}`, () => {
      for (const state of STATES) {
        const effect = effectOf(observed, { ...IN_TURN, state });
        assert.equal(effect.state, becomes === 'same' ? state : becomes, `from ${state}`);
        assert.equal(acts(effect), does, `from ${state}`);
      }
    });

  test('PostCompact of a compaction that the human asked for: the turn that no hook saw end is over', () => {
    const { state, inTurn } = effectOf({ ...seen('PostCompact'), turnOver: true }, IN_TURN);
    assert.deepEqual([state, inTurn], ['idle', false]);
  });

  test('PostCompact outside a turn: becomes idle', () => {
    const before = { ...IN_TURN, state: 'compacting', inTurn: false } as const;
    assert.equal(effectOf(seen('PostCompact'), before).state, 'idle');
  });

  test('every event of a subagent changes nothing', () => {
    for (const event of HOOK_EVENTS)
      for (const state of STATES)
        for (const promptId of ['p1', 'p2', null]) {
          const before = { ...IN_TURN, state };
          const effect = effectOf(seen(event, { subagent: true, promptId, needsHuman: true }), before);
          assert.deepEqual({ ...effect }, { ...before, ...quiet });
        }
  });
});

const quiet = { proves: false, handsOut: false, returnsOtherTurns: false, returnsThisTurn: false };

describe('turns', () => {
  test('a new prompt counts its continuations from nothing', () => {
    const effect = effectOf(seen('UserPromptSubmit', { promptId: 'p2' }), IN_TURN);
    assert.deepEqual(
      [effect.promptId, effect.turnNumber, effect.continuations, effect.inTurn],
      ['p2', 2, 0, true],
    );
  });

  test('a Stop that handed out text keeps the turn alive and counts it', () => {
    const effect = afterHandOut(effectOf(seen('Stop'), IN_TURN), 'Stop');
    assert.deepEqual([effect.state, effect.inTurn, effect.continuations], ['busy', true, 3]);
    const batch = effectOf(seen('PostToolBatch'), IN_TURN);
    assert.deepEqual(afterHandOut(batch, 'PostToolBatch'), batch);
  });

  test(`the Stop after ${MAX_CONTINUATIONS} continuations hands out nothing and leaves the session idle`, () => {
    const effect = effectOf(seen('Stop'), { ...IN_TURN, continuations: MAX_CONTINUATIONS });
    assert.deepEqual([effect.state, effect.handsOut, effect.proves], ['idle', false, true]);
  });

  test('without prompt ids every prompt begins a turn of its own, and the events between belong to it', () => {
    const first = effectOf(seen('UserPromptSubmit', { promptId: null }), { ...IN_TURN, promptId: null });
    assert.equal(first.promptId, 'turn 2');
    assert.equal(effectOf(seen('PostToolBatch', { promptId: null }), first).promptId, 'turn 2');
    assert.equal(effectOf(seen('UserPromptSubmit', { promptId: null }), first).promptId, 'turn 3');
  });

  test('text is handed out only under a turn that a later event can name', () => {
    const fresh: SessionFacts = {
      state: 'idle',
      promptId: null,
      turnNumber: 0,
      inTurn: false,
      continuations: 0,
    };
    const events = fc.record({
      event: fc.constantFrom(...HOOK_EVENTS),
      promptId: fc.constantFrom('p1', 'p2', null),
      subagent: fc.boolean(),
      needsHuman: fc.boolean(),
      compacted: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(events, { maxLength: 20 }), (history) => {
        let facts: SessionFacts = fresh;
        for (const observed of history) {
          const effect = effectOf(observed, facts);
          assert.ok(!effect.handsOut || effect.promptId !== null);
          assert.ok(!effect.proves || observed.event === 'PostToolBatch' || observed.event === 'Stop');
          assert.ok(effect.turnNumber >= facts.turnNumber);
          facts = effect;
        }
      }),
    );
  });
});
