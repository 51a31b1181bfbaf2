/** Whatever goes wrong, orq-hook exits 0 and prints nothing: at once where that is known, else at its deadline. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { setTimeout as afterMs } from 'node:timers/promises';
import { isWholeRequest, openRawServer } from '../../support/raw-server.ts';
import { testFolder } from '../../support/folder.ts';
import { answerBytes } from './answer-bytes.ts';
import { SILENCE, describeClients, outcomeOf, runHook, startHook, withoutTime } from './clients.ts';

const BODY = 'must not be printed';

const UNUSABLE: Readonly<Record<string, string>> = {
  'another status': `HTTP/1.1 204 No Content\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`,
  'an error': `HTTP/1.1 503 Service Unavailable\r\norq-exit: 2\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`,
  'a status that only begins with 200': `HTTP/1.1 2000 OK\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`,
  'an interim answer': `HTTP/1.1 100 Continue\r\n\r\n${answerBytes({ body: BODY })}`,
  'another version': `HTTP/1.0 200 OK\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`,
  'no length': `HTTP/1.1 200 OK\r\n\r\n${BODY}`,
  'an empty length': `HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n${BODY}`,
  'a negative length': `HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n${BODY}`,
  'a length with a sign': `HTTP/1.1 200 OK\r\nContent-Length: +19\r\n\r\n${BODY}`,
  'a length with letters': `HTTP/1.1 200 OK\r\nContent-Length: 19x\r\n\r\n${BODY}`,
  'a length beyond all numbers': `HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551635\r\n\r\n${BODY}`,
  chunks: `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n13\r\n${BODY}\r\n0\r\n\r\n`,
  'chunks and a length': `HTTP/1.1 200 OK\r\nContent-Length: 19\r\nTransfer-Encoding: chunked\r\n\r\n${BODY}`,
  'no HTTP': `${BODY}\r\n\r\n`,
  'an empty head': `\r\n\r\n${BODY}`,
  'a head without end': 'x'.repeat(1 << 14),
};

const BROKEN: Readonly<Record<string, string>> = {
  'before the answer': '',
  'in the head': 'HTTP/1.1 200 OK\r\nContent-Le',
  'in the body': answerBytes({ exit: 2, confirm: '1', body: BODY }).slice(0, -1),
};

describeClients('the silence of orq-hook', (client) => {
  for (const event of ['Stop', 'SessionEnd', 'wait']) {
    it(`comes at once where nothing listens (${event})`, async () => {
      using folder = testFolder();
      const path = join(folder.path, 's');
      const stale = join(folder.path, 'stale');
      const file = join(folder.path, 'file');
      writeFileSync(file, '');
      const server = await openRawServer(path);
      renameSync(path, stale);
      await server.close();
      const inside = join(folder.path, 'inside');
      mkdirSync(inside);
      for (const nobody of [path, stale, file, inside, '/missing/folder/s']) {
        const outcome = await runHook(client, [event, '--socket', nobody]);
        assert.deepEqual(withoutTime(outcome), SILENCE, nobody);
        assert.ok(outcome.elapsedMs < 450, `${nobody}: ${outcome.elapsedMs} ms`);
      }
    });
  }

  it('leaves a byte beside the socket for each event that found nobody, for its owner alone', async () => {
    using folder = testFolder();
    const path = join(folder.path, 's');
    for (const event of ['Stop', 'SessionEnd', 'wait']) await runHook(client, [event, '--socket', path]);
    assert.equal(statSync(`${path}.missed`).size, 2);
    assert.equal(statSync(`${path}.missed`).mode & 0o777, 0o600);
  });

  it('adds no byte to a file that is full, not ours to follow, or stalls', async () => {
    using folder = testFolder();
    const [full, link, pipe] = [join(folder.path, 'f'), join(folder.path, 'l'), join(folder.path, 'p')];
    writeFileSync(`${full}.missed`, new Uint8Array(1 << 20));
    symlinkSync(join(folder.path, 'elsewhere'), `${link}.missed`);
    execFileSync('mkfifo', [`${pipe}.missed`]);
    for (const path of [full, link, pipe]) {
      const outcome = await runHook(client, ['Stop', '--socket', path]);
      assert.deepEqual(withoutTime(outcome), SILENCE, path);
      assert.ok(outcome.elapsedMs < 450, `${path}: ${outcome.elapsedMs} ms`);
    }
    assert.equal(statSync(`${full}.missed`).size, 1 << 20);
    assert.equal(existsSync(join(folder.path, 'elsewhere')), false);
  });

  it('adds no byte where somebody listened', async () => {
    using folder = testFolder();
    await using server = await openRawServer(join(folder.path, 's'));
    const outcome = runHook(client, ['Stop', '--socket', server.path]);
    (await server.accept()).socket.destroy();
    assert.deepEqual(withoutTime(await outcome), SILENCE);
    assert.equal(existsSync(`${server.path}.missed`), false);
  });

  for (const [what, bytes] of Object.entries(UNUSABLE)) {
    it(`comes at once on ${what}`, async () => {
      using folder = testFolder();
      await using server = await openRawServer(join(folder.path, 's'));
      for (const event of ['Stop', 'wait']) {
        const outcome = runHook(client, [event, '--socket', server.path]);
        const peer = await server.accept();
        await peer.until(isWholeRequest);
        peer.send(bytes);
        assert.deepEqual(withoutTime(await outcome), SILENCE, event);
        assert.ok((await outcome).elapsedMs < 900, `${event}: ${(await outcome).elapsedMs} ms`);
      }
    });
  }

  for (const [where, bytes] of Object.entries(BROKEN)) {
    it(`comes at once when the connection ends ${where}`, async () => {
      using folder = testFolder();
      await using server = await openRawServer(join(folder.path, 's'));
      const outcome = runHook(client, ['Stop', '--socket', server.path]);
      const peer = await server.accept();
      await peer.until(isWholeRequest);
      peer.socket.end(bytes, 'latin1');
      assert.deepEqual(withoutTime(await outcome), SILENCE);
      assert.ok((await outcome).elapsedMs < 900, `${(await outcome).elapsedMs} ms`);
      assert.equal(server.pending, 0);
    });
  }

  for (const [event, limitMs] of [
    ['Stop', 1000],
    ['SessionEnd', 500],
  ] as const) {
    for (const [where, bytes] of Object.entries(BROKEN)) {
      it(`comes at the deadline of ${event} when the answer stalls ${where}`, async () => {
        using folder = testFolder();
        await using server = await openRawServer(join(folder.path, 's'));
        const outcome = runHook(client, [event, '--socket', server.path]);
        const peer = await server.accept();
        peer.send(bytes);
        assert.deepEqual(withoutTime(await outcome), SILENCE);
        const { elapsedMs } = await outcome;
        assert.ok(elapsedMs > limitMs - 60 && elapsedMs < limitMs + 400, `${elapsedMs} ms`);
        assert.doesNotMatch(await peer.ended(), /confirm/);
      });
    }
  }

  it('covers an answer that the client sees only after its deadline', async () => {
    using folder = testFolder();
    await using server = await openRawServer(join(folder.path, 's'));
    const child = startHook(client, ['Stop', '--socket', server.path]);
    const outcome = outcomeOf(child);
    const peer = await server.accept();
    await peer.until(isWholeRequest);
    child.kill('SIGSTOP');
    peer.send(answerBytes({ body: BODY, confirm: '1' }));
    await afterMs(1050);
    child.kill('SIGCONT');
    assert.deepEqual(withoutTime(await outcome), SILENCE);
    assert.doesNotMatch(await peer.ended(), /confirm/);
  });

  it('covers names that no daemon would take', async () => {
    using folder = testFolder();
    await using server = await openRawServer(join(folder.path, 's'));
    const outcome = await runHook(client, ['Stop', '--socket', server.path, '--agent', 'x'.repeat(1 << 14)]);
    assert.deepEqual(withoutTime(outcome), SILENCE);
    assert.equal(server.pending, 0);
  });

  it('covers a daemon that closes while the event is still on its way', async () => {
    using folder = testFolder();
    await using server = await openRawServer(join(folder.path, 's'), { paused: true });
    const child = startHook(client, ['Stop', '--socket', server.path], { stdin: 'x'.repeat(4 << 20) });
    const outcome = outcomeOf(child);
    const peer = await server.accept();
    peer.socket.destroy();
    await once(peer.socket, 'close');
    assert.deepEqual(withoutTime(await outcome), SILENCE);
    assert.ok((await outcome).elapsedMs < 900);
  });
});
