import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { startDaemon, type RunningDaemon } from '../support/daemon.ts';
import { testFolder } from '../support/folder.ts';
import { parsedAnswer, sendUntilCut } from './exchange-bytes.ts';

const HEAD = 'POST /v1/messages HTTP/1.1\r\nHost: orq\r\n';

/** A request that stays open: resolves with what came until `settle` is called. */
async function heldOpen(daemon: RunningDaemon, request: string, untilCut: Promise<unknown>): Promise<string> {
  const connection = connect(daemon.socket);
  let text = '';
  let cut = false;
  connection.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  connection.on('close', () => (cut = true));
  connection.write(request);
  await untilCut;
  const outcome = cut ? `cut after: ${text}` : text;
  connection.destroy();
  return outcome;
}

describe('a peer that stalls', { concurrency: true }, () => {
  it('is cut off, while whoever waits for an answer stays', async () => {
    using folder = testFolder();
    await using daemon = await startDaemon({ folder: folder.path });
    const event = JSON.stringify({ session_id: 's', cwd: '/' });
    const wait = JSON.stringify({ agent: 'nobody', waitMs: 60_000 });
    const stalledHeaders = sendUntilCut(daemon.socket, HEAD);
    const stalledBody = sendUntilCut(daemon.socket, `${HEAD}Content-Length: 10\r\n\r\n{"age`);
    const silent = sendUntilCut(daemon.socket, '');
    const [headers, body, , waiter, dequeue] = await Promise.all([
      stalledHeaders,
      stalledBody,
      silent,
      heldOpen(
        daemon,
        `POST /v1/hooks/wait HTTP/1.1\r\nHost: orq\r\norq-entrypoint: cli\r\nContent-Length: ${event.length}\r\n\r\n${event}`,
        stalledBody,
      ),
      heldOpen(
        daemon,
        `POST /v1/dequeue HTTP/1.1\r\nHost: orq\r\nContent-Length: ${wait.length}\r\n\r\n${wait}`,
        stalledBody,
      ),
    ]);
    assert.ok(headers.elapsedMs > 4_000 && headers.elapsedMs < 8_000, `headers: ${headers.elapsedMs} ms`);
    assert.ok(body.elapsedMs > 9_000 && body.elapsedMs < 14_000, `body: ${body.elapsedMs} ms`);
    assert.deepEqual([waiter, dequeue], ['', '']);
    for (const { text } of [headers, body]) {
      const { error } = JSON.parse(parsedAnswer(text).body) as { error: { code: string; retry: boolean } };
      assert.deepEqual([error.code, error.retry], ['timeout', true]);
    }
  });

  it('does not keep the daemon from stopping', async () => {
    using folder = testFolder();
    await using daemon = await startDaemon({ folder: folder.path });
    const connection = connect(daemon.socket);
    await once(connection, 'connect');
    connection.write(HEAD);
    assert.equal(await daemon.stop(), 0);
    connection.destroy();
  });
});
