import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OrqError } from '../../src/protocol/errors.ts';
import { assertAgentId, isAgentId } from '../../src/protocol/names.ts';

describe('an agent id', () => {
  for (const id of ['a', 'main:build', 'main:0', 'träger 7', 'a@b', '5%', 'a-b', '😀'.repeat(200)]) {
    it(`accepts ${id.slice(0, 20)}`, () => {
      assert.equal(isAgentId(id), true);
      assertAgentId(id);
    });
  }

  const refused: [id: string, because: RegExp][] = [
    ['', /is empty/],
    ['x'.repeat(201), /longer than 200 characters/],
    ['a\nb', /control character/],
    ['a\u0085b', /control character/],
    ['a\ud800', /control character/],
    [' a', /white space/],
    ['a\u00a0', /white space/],
    ['@project', /begins with @/],
    ['%3', /begins with %/],
    ['--socket', /begins with -/],
  ];
  for (const [id, because] of refused) {
    it(`refuses ${JSON.stringify(id.slice(0, 20))} and says why`, () => {
      assert.equal(isAgentId(id), false);
      assert.throws(
        () => assertAgentId(id),
        (error) => error instanceof OrqError && error.code === 'bad_request' && because.test(error.message),
      );
    });
  }
});
