import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ERRORS } from '../../src/protocol/errors.ts';
import { startDaemon, type RunningDaemon } from '../support/daemon.ts';
import { testFolder } from '../support/folder.ts';
import { parsedAnswer, sendUntilCut } from './exchange-bytes.ts';
import { httpCall, type HttpCall } from './http-call.ts';

const MIB = 1024 * 1024;

/** Status, code and sentence of a refusal that has the one shape and nothing else. */
function refusalIn(status: number, text: string): [number, string, string] {
  const body = JSON.parse(text) as { error: { code: keyof typeof ERRORS; message: string; retry: boolean } };
  assert.deepEqual(Object.keys(body), ['error']);
  const { code, message, retry, ...rest } = body.error;
  assert.deepEqual(
    Object.keys(rest).filter((name) => name !== 'details'),
    [],
  );
  assert.equal(retry, ERRORS[code].retry);
  assert.equal(status, ERRORS[code].status);
  assert.match(message, /^[^A-Z].*[^.]$|^(GET|POST|PUT|DELETE) /);
  return [status, code, message];
}

describe('the server', () => {
  const folder = testFolder();
  let daemon: RunningDaemon;
  before(async () => {
    daemon = await startDaemon({ folder: folder.path, env: { ORQ_LOG_LEVEL: 'trace' } });
  });
  after(async () => {
    await daemon[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  async function refusal(call: HttpCall): Promise<[number, string, string]> {
    const { status, text } = await httpCall(daemon.socket, call);
    return refusalIn(status, text);
  }
  const post = (path: string, body: string | Uint8Array, headers = {}) => refusal({ path, body, headers });

  const REFUSED: readonly [what: string, call: HttpCall, code: string, sentence: RegExp][] = [
    [
      'text that is no JSON',
      { path: '/v1/messages', body: '{"agent":"a","text":"moonlight' },
      'bad_request',
      /^body: is not JSON/,
    ],
    [
      'another text that is no JSON',
      { path: '/v1/messages', body: 'moonlight' },
      'bad_request',
      /^body: is not JSON/,
    ],
    [
      'bytes that are no UTF-8',
      { path: '/v1/messages', body: Uint8Array.of(0x22, 0xff, 0x22) },
      'bad_request',
      /UTF-8/,
    ],
    ['an empty body', { path: '/v1/messages', body: '' }, 'bad_request', /^body/],
    [
      'a field that nobody knows',
      { path: '/v1/messages', body: '{"agent":"a","text":"t","prio":1}' },
      'bad_request',
      /"prio"/,
    ],
    [
      'a field that nobody knows in a batch',
      { path: '/v1/messages', body: '[{"agent":"a","text":"t","prio":1}]' },
      'bad_request',
      /^body\/0: has no field "prio"$/,
    ],
    [
      'a number as text',
      { path: '/v1/ack', body: '{"id":"1"}' },
      'bad_request',
      /^body\/id: must be integer$/,
    ],
    ['a missing field', { path: '/v1/messages', body: '{"agent":"a"}' }, 'bad_request', /text/],
    [
      'a name of no characters',
      { path: '/v1/messages', body: '{"agent":"","text":"t"}' },
      'bad_request',
      /^body\/agent: is empty$/,
    ],
    [
      'a time that no calendar has',
      { path: '/v1/messages', body: '{"agent":"a","text":"x","atMs":1e300}' },
      'bad_request',
      /^body\/atMs: must be <= 253402300799999$/,
    ],
    ['an empty batch', { path: '/v1/messages', body: '[]' }, 'bad_request', /^body/],
    [
      'a field of the prototype',
      { path: '/v1/ack', body: '{"id":1,"__proto__":{"x":1}}' },
      'bad_request',
      /__proto__/,
    ],
    [
      'an unknown call',
      { path: '/v1/nothing', body: '{}' },
      'not_found',
      /^POST \/v1\/nothing: no such call/,
    ],
    [
      'a method that the call does not have',
      { method: 'DELETE', path: '/v1/messages' },
      'not_found',
      /no such call/,
    ],
    [
      'a hook event that orq does not install',
      { path: '/v1/hooks/PreToolUse', body: '{"session_id":"s"}' },
      'not_found',
      /PreToolUse/,
    ],
    ['a hook event without a session', { path: '/v1/hooks/Stop', body: '{}' }, 'bad_request', /session_id/],
    [
      'a hook event that is no object',
      { path: '/v1/hooks/Stop', body: '[]' },
      'bad_request',
      /no JSON object/,
    ],
    ['a path that cannot be decoded', { method: 'GET', path: '/v1/messages/%zz' }, 'bad_request', /./],
    [
      'a path element that is too long',
      { method: 'GET', path: `/v1/messages/${'1'.repeat(400)}` },
      'bad_request',
      /./,
    ],
    [
      'an id that is no number',
      { method: 'GET', path: '/v1/messages/abc' },
      'bad_request',
      /^query\/id: must be integer$/,
    ],
    [
      'a message that is not stored',
      { method: 'GET', path: '/v1/messages/999' },
      'not_found',
      /^message 999/,
    ],
    ['a query field twice', { method: 'GET', path: '/v1/messages?limit=1&limit=2' }, 'bad_request', /limit/],
    [
      'a query field that nobody knows',
      { method: 'GET', path: '/v1/messages?colour=red' },
      'bad_request',
      /colour/,
    ],
    [
      'a page of a browser',
      { method: 'GET', path: '/v1/ping', headers: { origin: 'http://example.com' } },
      'forbidden',
      /browser/,
    ],
    [
      'a page that a browser was led to',
      { method: 'GET', path: '/v1/ping', headers: { referer: 'http://example.com' } },
      'forbidden',
      /browser/,
    ],
    [
      'an origin that is empty',
      { method: 'GET', path: '/v1/ping', headers: { origin: '' } },
      'forbidden',
      /browser/,
    ],
  ];
  for (const [what, call, code, sentence] of REFUSED) {
    it(`refuses ${what}`, async () => {
      const [, given, message] = await refusal(call);
      assert.equal(given, code);
      assert.match(message, sentence);
    });
  }

  for (const type of [
    'application/x-www-form-urlencoded',
    'text/plain',
    'application/json; charset=latin1',
  ]) {
    it(`reads a body as JSON whose type says ${type}`, async () => {
      const body = JSON.stringify({ agent: 'types', text: 'ü', idempotencyKey: type });
      const { status } = await httpCall(daemon.socket, {
        path: '/v1/messages',
        body,
        headers: { 'content-type': type },
      });
      assert.equal(status, 200);
    });
  }

  for (const [what, path, limit] of [
    ['a call over 32 MiB', '/v1/messages', 32 * MIB],
    ['an event over 64 MiB', '/v1/hooks/PostToolBatch', 64 * MIB],
  ] as const) {
    it(`refuses ${what} before it is sent`, async () => {
      const head = `POST ${path} HTTP/1.1\r\nHost: orq\r\nContent-Length: ${limit + 1}\r\n\r\n`;
      const { status, body } = parsedAnswer((await sendUntilCut(daemon.socket, head)).text);
      assert.equal(refusalIn(status, body)[1], 'too_large');
    });
  }

  it('takes an event of 20 MiB', async () => {
    const event = (bytes: number): string => {
      const frame = JSON.stringify({ session_id: 'large', tool_calls: '' });
      return frame.replace('""', `"${'x'.repeat(bytes - frame.length)}"`);
    };
    const { status, text } = await httpCall(daemon.socket, {
      path: '/v1/hooks/PostToolBatch',
      body: event(20 * MIB),
    });
    assert.deepEqual([status, text], [200, '']);
  });

  const GARBLED: readonly [string, string, string][] = [
    ['a first line that is no HTTP', 'HELLO\r\n\r\n', 'bad_request'],
    ['a request without a host', 'GET /v1/nothing HTTP/1.1\r\n\r\n', 'not_found'],
    ['headers without an end', `GET /v1/ping HTTP/1.1\r\nHost: orq\r\nX: ${'x'.repeat(20_000)}`, 'too_large'],
  ];
  for (const [what, bytes, code] of GARBLED) {
    it(`says in its own shape what is wrong with ${what}`, async () => {
      const request = bytes.replace('HTTP/1.1\r\n', 'HTTP/1.1\r\nConnection: close\r\n');
      const { status, body } = parsedAnswer((await sendUntilCut(daemon.socket, request)).text);
      assert.equal(refusalIn(status, body)[1], code);
    });
  }

  it('keeps what it refused out of its log, at every level', async () => {
    await post('/v1/messages', '{"agent":"a","text":"starlight');
    assert.doesNotMatch(daemon.log(), /moonlight|starlight/);
    assert.match(daemon.log(), /request_refused/);
  });
});
