/** orq-hook confirms what it has printed, and nothing else. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { type Peer, type RawServer, isWholeRequest, openRawServer } from '../../support/raw-server.ts';
import { testFolder } from '../../support/folder.ts';
import { answerBytes } from './answer-bytes.ts';
import { SILENCE, describeClients, outcomeOf, runHook, startHook, withoutTime } from './clients.ts';

const CONFIRMATION =
  'POST /v1/hooks/confirm HTTP/1.1\r\nHost: orq\r\nContent-Length: 0\r\norq-confirm: to-ken.1\r\n\r\n';
const LARGEST = 'x'.repeat(1 << 20);

async function answer(
  server: RawServer,
  body: string,
  exit: 0 | 2 = 0,
): Promise<{ peer: Peer; request: string }> {
  const peer = await server.accept();
  const request = await peer.until(isWholeRequest);
  peer.send(answerBytes({ exit, confirm: 'to-ken.1', body }));
  return { peer, request };
}

describeClients('the confirmation of orq-hook', (client) => {
  for (const exit of [0, 2] as const) {
    it(`follows the text on the same connection (exit code ${exit})`, async () => {
      using folder = testFolder();
      await using server = await openRawServer(join(folder.path, 's'));
      const outcome = runHook(client, ['Stop', '--socket', server.path]);
      const { peer, request } = await answer(server, LARGEST, exit);
      assert.equal(await peer.ended(), request + CONFIRMATION);
      const texts = exit === 2 ? { stdout: '', stderr: LARGEST } : { stdout: LARGEST, stderr: '' };
      assert.deepEqual(withoutTime(await outcome), { code: exit, ...texts });
      assert.equal(server.pending, 0);
    });
  }

  it('is not sent where the answer asks for none', async () => {
    using folder = testFolder();
    await using server = await openRawServer(join(folder.path, 's'));
    const outcome = runHook(client, ['Stop', '--socket', server.path]);
    const peer = await server.accept();
    const request = await peer.until(isWholeRequest);
    peer.send(answerBytes({ body: 'text' }));
    assert.equal((await outcome).stdout, 'text');
    assert.equal(await peer.ended(), request);
  });

  it('is never sent by a waiter', async () => {
    using folder = testFolder();
    await using server = await openRawServer(join(folder.path, 's'));
    const outcome = runHook(client, ['wait', '--socket', server.path]);
    const { peer, request } = await answer(server, 'bell', 2);
    assert.equal(await peer.ended(), request);
    assert.deepEqual(withoutTime(await outcome), { code: 2, stdout: '', stderr: 'bell' });
  });

  it('does not wait for an answer', async () => {
    using folder = testFolder();
    await using server = await openRawServer(join(folder.path, 's'));
    const outcome = runHook(client, ['Stop', '--socket', server.path]);
    await answer(server, 'text');
    assert.ok((await outcome).elapsedMs < 900, `${(await outcome).elapsedMs} ms`);
  });

  it('reaches a server that reads only after the client has gone', async () => {
    using folder = testFolder();
    await using server = await openRawServer(join(folder.path, 's'), { paused: true });
    const outcome = runHook(client, ['Stop', '--socket', server.path]);
    const peer = await server.accept();
    peer.send(answerBytes({ confirm: 'to-ken.1', body: 'text' }) + answerBytes({ body: 'more' }));
    assert.deepEqual(withoutTime(await outcome), { code: 0, stdout: 'text', stderr: '' });
    peer.socket.resume();
    const received = await peer.ended();
    assert.match(received, /^POST \/v1\/hooks\/Stop /);
    assert.ok(received.endsWith(`{}${CONFIRMATION}`), received);
  });

  it('is sent to a daemon that has half-closed after its answer', async () => {
    using folder = testFolder();
    await using server = await openRawServer(join(folder.path, 's'));
    const outcome = runHook(client, ['Stop', '--socket', server.path]);
    const { peer, request } = await answer(server, 'text');
    peer.socket.end();
    assert.equal(await peer.ended(), request + CONFIRMATION);
    assert.equal((await outcome).stdout, 'text');
  });

  it('follows text that went to a file', async () => {
    using folder = testFolder();
    await using server = await openRawServer(join(folder.path, 's'));
    const file = openSync(join(folder.path, 'out'), 'a');
    const outcome = runHook(client, ['Stop', '--socket', server.path], { stdio: ['pipe', file, 'pipe'] });
    const { peer, request } = await answer(server, LARGEST);
    assert.equal(await peer.ended(), request + CONFIRMATION);
    await outcome;
    closeSync(file);
    assert.equal(readFileSync(join(folder.path, 'out'), 'latin1'), LARGEST);
  });

  it('is not sent where stdout is closed', async () => {
    using folder = testFolder();
    await using server = await openRawServer(join(folder.path, 's'));
    const closing = {
      name: client.name,
      path: '/bin/sh',
      words: ['-c', 'exec "$@" >&-', 'sh', client.path, ...client.words],
    };
    const outcome = runHook(closing, ['Stop', '--socket', server.path]);
    const { peer, request } = await answer(server, 'text');
    assert.equal(await peer.ended(), request);
    assert.deepEqual(withoutTime(await outcome), SILENCE);
  });

  it('is not sent where the reader of a socket has gone', async () => {
    using folder = testFolder();
    await using server = await openRawServer(join(folder.path, 's'));
    const child = startHook(client, ['Stop', '--socket', server.path]);
    child.stdout?.destroy();
    const outcome = outcomeOf(child);
    const { peer, request } = await answer(server, 'text');
    assert.equal(await peer.ended(), request);
    assert.deepEqual(withoutTime(await outcome), SILENCE);
  });

  it('is not sent where the reader of a pipe has gone, and SIGPIPE kills nothing', async () => {
    using folder = testFolder();
    await using server = await openRawServer(join(folder.path, 's'));
    const fifo = join(folder.path, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const both = openSync(fifo, constants.O_RDWR);
    const writer = openSync(fifo, 'w');
    closeSync(both);
    const outcome = runHook(client, ['Stop', '--socket', server.path], { stdio: ['pipe', writer, 'pipe'] });
    const { peer, request } = await answer(server, 'text');
    assert.equal(await peer.ended(), request);
    assert.deepEqual(withoutTime(await outcome), SILENCE);
    closeSync(writer);
  });

  for (const device of ['/dev/null', '/dev/full']) {
    it(`is not sent for text that went to ${device}`, async () => {
      using folder = testFolder();
      await using server = await openRawServer(join(folder.path, 's'));
      const file = openSync(device, 'w');
      const outcome = runHook(client, ['Stop', '--socket', server.path], { stdio: ['pipe', file, 'pipe'] });
      const { peer, request } = await answer(server, 'text');
      assert.equal(await peer.ended(), request);
      assert.deepEqual(withoutTime(await outcome), SILENCE);
      closeSync(file);
    });
  }

  it('is not sent where a full pipe takes no more until the deadline', async () => {
    using folder = testFolder();
    await using server = await openRawServer(join(folder.path, 's'));
    const fifo = join(folder.path, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const both = openSync(fifo, constants.O_RDWR);
    const outcome = runHook(client, ['Stop', '--socket', server.path], { stdio: ['pipe', both, 'pipe'] });
    const { peer, request } = await answer(server, LARGEST);
    assert.equal(await peer.ended(), request);
    assert.deepEqual(withoutTime(await outcome), SILENCE);
    assert.ok(
      (await outcome).elapsedMs > 900 && (await outcome).elapsedMs < 1400,
      `${(await outcome).elapsedMs} ms`,
    );
    closeSync(both);
  });
});
