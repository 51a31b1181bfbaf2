/** What orq-hook prints of an answer, however it arrives. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isWholeRequest, openRawServer } from '../../support/raw-server.ts';
import { testFolder } from '../../support/folder.ts';
import { answerBytes } from './answer-bytes.ts';
import { type HookClient, type Outcome, describeClients, runHook, withoutTime } from './clients.ts';

/** Runs the client against a server that sends these pieces, each in a write of its own, and leaves the connection open. */
async function answered(
  client: HookClient,
  pieces: readonly string[],
  words = ['Stop'],
): Promise<Omit<Outcome, 'elapsedMs'>> {
  using folder = testFolder();
  await using server = await openRawServer(join(folder.path, 's'));
  const outcome = runHook(client, [...words, '--socket', server.path]);
  const peer = await server.accept();
  await peer.until(isWholeRequest);
  for (const piece of pieces) {
    peer.send(piece);
    await nextTurn();
  }
  return withoutTime(await outcome);
}

const TEXT = '{"hookSpecificOutput":{"additionalContext":"orq: \xf0\x9f\xa6\x8a\x00"}}\n';

describeClients('the answer to orq-hook', (client) => {
  it('goes to stdout byte for byte', async () => {
    assert.deepEqual(await answered(client, [answerBytes({ body: TEXT })]), {
      code: 0,
      stdout: TEXT,
      stderr: '',
    });
    assert.deepEqual(await answered(client, [answerBytes({ exit: 0, body: TEXT })]), {
      code: 0,
      stdout: TEXT,
      stderr: '',
    });
  });

  it('goes to stderr with exit code 2', async () => {
    assert.deepEqual(await answered(client, [answerBytes({ exit: 2, body: TEXT })]), {
      code: 2,
      stdout: '',
      stderr: TEXT,
    });
  });

  it('rings with exit code 2 where it waits', async () => {
    const ring = answerBytes({ exit: 2, confirm: '7', body: TEXT });
    assert.deepEqual(await answered(client, [ring], ['wait']), { code: 2, stdout: '', stderr: TEXT });
  });

  it('may be empty', async () => {
    assert.deepEqual(await answered(client, [answerBytes({})]), { code: 0, stdout: '', stderr: '' });
    assert.deepEqual(await answered(client, [answerBytes({ exit: 2 })]), { code: 2, stdout: '', stderr: '' });
  });

  it('arrives split at any point', async () => {
    const bytes = 'HTTP/1.1 200 OK\r\norq-exit: 2\r\nContent-Length: 2\r\n\r\nhi';
    const step = client.name === 'native' ? 1 : 7;
    for (let at = 1; at < bytes.length; at += step) {
      const got = await answered(client, [bytes.slice(0, at), bytes.slice(at)]);
      assert.deepEqual(got, { code: 2, stdout: '', stderr: 'hi' }, `split at ${at}`);
    }
  });

  it('arrives in single bytes', async () => {
    const got = await answered(client, answerBytes({ exit: 2, confirm: 't', body: TEXT }).split(''));
    assert.deepEqual(got, { code: 2, stdout: '', stderr: TEXT });
  });

  it('has headers in any case and with blanks around the value', async () => {
    const bytes = 'HTTP/1.1 200\r\nX-Other: orq-exit: 0\r\nORQ-EXIT:\t2 \r\ncontent-LENGTH:2\r\n\r\nhi';
    assert.deepEqual(await answered(client, [bytes]), { code: 2, stdout: '', stderr: 'hi' });
  });

  it('exits 0 on any other code than 2', async () => {
    const bytes = 'HTTP/1.1 200 OK\r\norq-exit: 22\r\nContent-Length: 2\r\n\r\nhi';
    assert.deepEqual(await answered(client, [bytes]), { code: 0, stdout: 'hi', stderr: '' });
  });

  it('is printed up to 1 MiB whole, and beyond not at all', async () => {
    const largest = 'x'.repeat(1 << 20);
    assert.equal((await answered(client, [answerBytes({ body: largest })])).stdout, largest);
    assert.deepEqual(await answered(client, [answerBytes({ body: `${largest}x` })]), {
      code: 0,
      stdout: '',
      stderr: '',
    });
  });
});
