import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { errorFromJson, errorToJson } from '../../src/protocol/error-json.ts';
import { ERRORS, OrqError, type ErrorCode } from '../../src/protocol/errors.ts';

const codes = Object.keys(ERRORS) as ErrorCode[];

describe('the table of errors', () => {
  test('gives every code an HTTP error status and an exit code that a shell can carry', () => {
    for (const code of codes) {
      const { status, exit } = ERRORS[code];
      assert.ok(status >= 400 && status < 600, code);
      assert.ok(exit > 0 && exit < 126, code);
    }
  });

  test('has exit codes of their own for usage, not found, refused and unreachable', () => {
    const exits = (['bad_request', 'not_found', 'wrong_state', 'unreachable'] as const).map(
      (code) => ERRORS[code].exit,
    );
    assert.deepEqual(exits.slice(0, 1), [2]);
    assert.equal(new Set(exits).size, exits.length);
  });

  test('tells an error with its code, sentence, status, exit code and cause', () => {
    const cause = new Error('disk');
    const error = new OrqError('storage_full', 'database: has no space', { cause });
    assert.deepEqual([error.status, error.exit, error.name], [507, 8, 'OrqError']);
    assert.equal(error.cause, cause);
  });
});

describe('an error on the socket', () => {
  test('comes back as it was sent', () => {
    const details = fc.option(fc.dictionary(fc.string(), fc.jsonValue({ stringUnit: 'binary' })), {
      nil: undefined,
    });
    fc.assert(
      fc.property(fc.constantFrom(...codes), fc.string(), details, (code, message, facts) => {
        const sent = new OrqError(code, message, facts ? { details: facts } : {});
        const json: unknown = JSON.parse(JSON.stringify(errorToJson(sent)));
        const read = errorFromJson(json, sent.status);
        assert.deepEqual(JSON.stringify(errorToJson(read)), JSON.stringify(errorToJson(sent)));
        assert.equal(errorToJson(sent).error.retry, ERRORS[code].retry);
      }),
    );
  });

  test('of a later daemon keeps its sentence under the code internal', () => {
    const read = errorFromJson({ error: { code: 'quota_spent', message: 'quota: spent', retry: true } }, 429);
    assert.deepEqual([read.code, read.message], ['internal', 'quota: spent']);
  });

  test('is made up from the status where the body is no error of orq', () => {
    for (const body of [null, 'Bad Gateway', [], {}, { error: 'x' }, { error: { code: 'toString' } }])
      assert.deepEqual(
        [errorFromJson(body, 502).code, errorFromJson(body, 502).message],
        ['internal', 'the daemon answered 502 without a reason'],
      );
  });
});
