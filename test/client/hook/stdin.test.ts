/** How orq-hook takes the event from stdin. */
import assert from 'node:assert/strict';
import { closeSync, openSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { isWholeRequest, openRawServer } from '../../support/raw-server.ts';
import { testFolder } from '../../support/folder.ts';
import { answerBytes } from './answer-bytes.ts';
import { SILENCE, describeClients, outcomeOf, runHook, startHook, withoutTime } from './clients.ts';

const MIB = 1 << 20;

describeClients('the stdin of orq-hook', (client) => {
  it('arrives whole at 20 MiB', async () => {
    using folder = testFolder();
    await using server = await openRawServer(join(folder.path, 's'));
    const stdin = Array.from({ length: 20 * 1024 }, (_, line) => String(line).padEnd(1023, 'x\xfe')).join(
      '\n',
    );
    const outcome = runHook(client, ['PostToolBatch', '--socket', server.path], { stdin });
    const peer = await server.accept();
    const head =
      /^[^]*?\r\n\r\n/.exec(await peer.until((received) => received.includes('\r\n\r\n')))?.[0] ?? '';
    assert.ok((await peer.untilBytes(head.length + stdin.length)) === head + stdin);
    peer.send(answerBytes({ body: 'text' }));
    assert.equal((await outcome).stdout, 'text');
  });

  it('is given up beyond 64 MiB', async () => {
    using folder = testFolder();
    await using server = await openRawServer(join(folder.path, 's'));
    const event = join(folder.path, 'event');
    writeFileSync(event, '');
    for (const [bytes, arrives] of [
      [64 * MIB, true],
      [64 * MIB + 1, false],
    ] as const) {
      truncateSync(event, bytes);
      const file = openSync(event, 'r');
      const child = startHook(client, ['wait', '--socket', server.path], { stdio: [file, 'pipe', 'pipe'] });
      closeSync(file);
      const outcome = outcomeOf(child);
      if (arrives) {
        const peer = await server.accept();
        const received = await peer.untilBytes(bytes);
        assert.match(received.slice(0, 1000), new RegExp(`\r\nContent-Length: ${bytes}\r\n`));
        peer.send(answerBytes({}));
      }
      assert.deepEqual(withoutTime(await outcome), SILENCE);
      assert.equal(server.pending, 0);
    }
  });

  for (const [event, limitMs] of [
    ['Stop', 1000],
    ['SessionEnd', 500],
  ] as const) {
    it(`ends the client at the deadline of ${event} where it is never closed`, async () => {
      using folder = testFolder();
      await using server = await openRawServer(join(folder.path, 's'));
      const child = startHook(client, [event, '--socket', server.path], { stdin: null });
      child.stdin?.write('{"half":');
      const outcome = await outcomeOf(child);
      child.stdin?.destroy();
      assert.deepEqual(withoutTime(outcome), SILENCE);
      assert.ok(
        outcome.elapsedMs > limitMs - 60 && outcome.elapsedMs < limitMs + 400,
        `${outcome.elapsedMs} ms`,
      );
      assert.equal(server.pending, 0);
    });
  }

  it('is an empty event where it comes closed', async () => {
    using folder = testFolder();
    await using server = await openRawServer(join(folder.path, 's'));
    const closing = {
      name: client.name,
      path: '/bin/sh',
      words: ['-c', 'exec "$@" <&-', 'sh', client.path, ...client.words],
    };
    const outcome = runHook(closing, ['Stop', '--socket', server.path]);
    const peer = await server.accept();
    assert.match(await peer.until(isWholeRequest), /\r\nContent-Length: 0\r\n/);
    peer.send(answerBytes({ body: 'text' }));
    assert.equal((await outcome).stdout, 'text');
  });
});
