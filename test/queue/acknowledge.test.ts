import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OrqError } from '../../src/protocol/errors.ts';
import { MESSAGE_STATES } from '../../src/protocol/message.ts';
import { assertCancellable, assertHolds, type Held } from '../../src/queue/acknowledge.ts';

const held: Held = { id: 42, agent: 'a', state: 'leased', leaseToken: 3, handed: false };
const code = (run: () => void): string | undefined => {
  try {
    run();
    return undefined;
  } catch (error) {
    assert.ok(error instanceof OrqError);
    return error.code;
  }
};

describe('who may say what of a message', () => {
  test('a holder speaks while its token is the newest and the lease lives', () => {
    for (const state of MESSAGE_STATES)
      for (const token of [2, 3, 4])
        assert.equal(
          code(() => assertHolds({ ...held, state }, token)),
          state === 'leased' && token === 3 ? undefined : 'lease_lost',
        );
  });

  test('an operator needs no token', () => {
    for (const state of MESSAGE_STATES)
      assert.equal(
        code(() => assertHolds({ ...held, state }, undefined)),
        undefined,
      );
  });

  test('a lost lease is told with the facts', () => {
    assert.throws(() => assertHolds(held, 2), {
      message: 'message 42: lease token 2 is over, it was leased again under token 3',
      details: { id: 42, state: 'leased', leaseToken: 3 },
    });
  });

  test('what the agent may have read is withdrawn only by force, what ended not at all', () => {
    for (const state of MESSAGE_STATES) {
      const ended = state === 'delivered' || state === 'cancelled';
      const refused = ended ? 'wrong_state' : undefined;
      assert.equal(
        code(() => assertCancellable({ ...held, state }, false)),
        refused,
        state,
      );
    }
    assert.equal(
      code(() => assertCancellable({ ...held, handed: true }, false)),
      'wrong_state',
    );
    assert.equal(
      code(() => assertCancellable({ ...held, handed: true }, true)),
      undefined,
    );
  });
});
