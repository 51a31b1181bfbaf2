import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { createClient, type Client } from '../../client/index.ts';
import { spool } from '../../client/spool.ts';
import { orqctl } from '../client/orqctl/run-orqctl.ts';
import { startChild } from '../support/child.ts';
import { daemonEnvironment, startDaemon, type RunningDaemon } from '../support/daemon.ts';
import { testFolder } from '../support/folder.ts';
import { until } from '../support/until.ts';

const ROUNDS = Number(process.env['CRASH_ROUNDS'] ?? 2);

async function textsOf(client: Client): Promise<string[]> {
  const { messages } = await client.list({ limit: 1000 });
  return messages.toReversed().map(({ text }) => text);
}

const waitingIn = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.json'));

async function running(daemon: RunningDaemon) {
  const client = createClient({ socket: daemon.socket });
  return { client, texts: () => textsOf(client), [Symbol.asyncDispose]: () => client.close() };
}

describe('with the daemon down', { timeout: 120_000 + ROUNDS * 5_000 }, () => {
  it('orqctl send spools, says so, and the next daemon has it before what is sent later', async () => {
    using folder = testFolder();
    const env = daemonEnvironment(folder.path);
    const down = await orqctl(['send', 'a', 'first', '--json'], { env });
    assert.deepEqual([down.exit, JSON.parse(down.stdout)], [0, { agent: 'a', state: 'spooled' }]);
    assert.equal((await orqctl(['send', 'a', 'second'], { env })).exit, 0);
    const spoolFolder = join(folder.path, 'state/spool');
    for (const name of waitingIn(spoolFolder))
      assert.equal(statSync(join(spoolFolder, name)).mode & 0o777, 0o600);
    await using daemon = await startDaemon({ folder: folder.path });
    await using orq = await running(daemon);
    await orq.client.enqueue({ agent: 'a', text: 'third' });
    assert.deepEqual(await orq.texts(), ['first', 'second', 'third']);
    assert.deepEqual(waitingIn(spoolFolder), []);
  });

  it('a message that must not wait for nobody, or whose daemon is unknown, is refused', async () => {
    using folder = testFolder();
    const { ORQ_STATE_DIR: _, ...env } = daemonEnvironment(folder.path);
    assert.equal((await orqctl(['send', 'a', 'x'], { env })).exit, 6);
    const known = daemonEnvironment(folder.path);
    for (const flag of ['--must-exist', '--no-spool'])
      assert.equal((await orqctl(['send', 'a', 'x', flag], { env: known })).exit, 6);
    assert.equal(existsSync(join(folder.path, 'state/spool')), false);
  });

  it('orqctl reply spools what the next daemon takes to the sender; done says that it was not said', async () => {
    using folder = testFolder();
    const env = daemonEnvironment(folder.path);
    await using daemon = await startDaemon({ folder: folder.path });
    await using orq = await running(daemon);
    const { id } = await orq.client.enqueue({ agent: 'a', text: 'look', from: 'lead' });
    await daemon.stop();
    const reply = await orqctl(['reply', String(id), 'done so', '--from', 'a', '--json'], { env });
    assert.deepEqual([reply.exit, JSON.parse(reply.stdout)], [0, { replyTo: id, state: 'spooled' }]);
    const done = await orqctl(['done', String(id)], { env });
    assert.deepEqual([done.exit, done.stdout], [6, '']);
    assert.match(
      done.stderr,
      /^orqctl: message \d+: not said to be done, no daemon runs to take that in\ntry: /,
    );
    await daemon.restart();
    const { messages } = await orq.client.list({ agent: 'lead' });
    assert.deepEqual(
      messages.map(({ from, text, replyTo, threadId }) => ({ from, text, replyTo, threadId })),
      [{ from: 'a', text: 'done so', replyTo: id, threadId: String(id) }],
    );
    assert.deepEqual(waitingIn(join(folder.path, 'state/spool')), []);
  });

  it('who knows the socket alone spools where its last daemon takes in, and trusts no note of others', async () => {
    using folder = testFolder();
    const { ORQ_STATE_DIR: _, ORQ_SOCKET: socket = '', ...env } = daemonEnvironment(folder.path);
    await using daemon = await startDaemon({ folder: folder.path });
    await using orq = await running(daemon);
    assert.equal(statSync(`${socket}.spool`).mode & 0o777, 0o600);
    await daemon.stop();
    const sent = await orqctl(['--socket', socket, 'send', 'a', 'x'], { env });
    assert.deepEqual([sent.exit, sent.stderr], [0, '']);
    await daemon.restart();
    assert.deepEqual(await orq.texts(), ['x']);
    await daemon.stop();
    chmodSync(`${socket}.spool`, 0o666);
    assert.equal((await orqctl(['send', 'a', 'y'], { env: { ...env, ORQ_SOCKET: socket } })).exit, 6);
  });

  it('orqctl send --wait waits for the daemon, then for the receipt', async () => {
    using folder = testFolder();
    const env = daemonEnvironment(folder.path);
    const waiting = orqctl(['send', 'a', 'x', '--wait', 'seen', '--timeout', '30s', '--json'], { env });
    const spoolFolder = join(folder.path, 'state/spool');
    await until(() => (existsSync(spoolFolder) && waitingIn(spoolFolder).length > 0 ? true : undefined));
    await using daemon = await startDaemon({ folder: folder.path });
    await using orq = await running(daemon);
    const [message] = (await orq.client.list({})).messages;
    await orq.client.ack({ id: message?.id ?? 0 });
    const { exit, stdout } = await waiting;
    assert.equal(exit, 0);
    assert.match(stdout, new RegExp(`"id":${message?.id}.*"receipt":"seen"`));
    assert.deepEqual(await orq.texts(), ['x']);
  });

  it('orqctl send --wait that no daemon answers in time says that the message is spooled, not that it was not sent', async () => {
    using folder = testFolder();
    const env = daemonEnvironment(folder.path);
    const words = ['send', 'a', 'x', '--wait', 'seen', '--timeout', '300ms'];
    const { exit, stdout, stderr } = await orqctl([...words, '--json'], { env });
    assert.deepEqual(
      [exit, JSON.parse(stdout), (JSON.parse(stderr) as { error: { code: string } }).error.code],
      [17, { agent: 'a', state: 'spooled' }, 'receipt_missing'],
    );
    const told = await orqctl(words, { env });
    assert.match(
      told.stderr,
      /^orqctl: message for a: not seen in time, no daemon has taken it in yet\ntry: .*do not send it again\n$/,
    );
    assert.equal(waitingIn(join(folder.path, 'state/spool')).length, 2);
  });
});

describe('the spool', { timeout: 120_000 + ROUNDS * 5_000 }, () => {
  it('is taken in over kills in the middle: nothing lost, nothing twice, each process in its order', async (t) => {
    using folder = testFolder();
    await using daemon = await startDaemon({ folder: folder.path, env: { ORQ_LOG_LEVEL: 'info' } });
    await using orq = await running(daemon);
    const spoolFolder = join(folder.path, 'state/spool');
    const each = 40;
    let partial = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      await daemon.kill9();
      const senders = ['x', 'y'].map((name) =>
        startChild('spool-process', spoolFolder, `${name}${round}`, String(each)),
      );
      for (const sender of await Promise.all(senders)) {
        assert.equal(sender.said, 'spooled');
        await sender.release();
      }
      const taken = daemon.log().split('spool_taken').length - 1;
      const enough = taken + 1 + Math.floor(Math.random() * 2 * each);
      const starting = daemon.restart().catch(() => undefined);
      await until(() => (daemon.log().split('spool_taken').length - 1 >= enough ? true : undefined));
      await daemon.kill9();
      await starting;
      if (waitingIn(spoolFolder).length > 0) partial += 1;
      await daemon.restart();
      assert.deepEqual(waitingIn(spoolFolder), []);
      const texts = await orq.texts();
      for (const name of [`x${round}`, `y${round}`])
        assert.deepEqual(
          texts.filter((text) => text.startsWith(`${name} `)),
          Array.from({ length: each }, (_, n) => `${name} ${n}`),
        );
    }
    assert.equal((await orq.client.counts({})).ready, ROUNDS * 2 * each);
    assert.ok(partial > 0, 'no kill hit the intake');
    t.diagnostic(`${ROUNDS} rounds, ${partial} killed in the middle of the intake`);
  });

  it('loses nothing of the threads of one process, which share its start and its pid', async () => {
    using folder = testFolder();
    const program = new URL('../support/spool-process.js', import.meta.url);
    const threads = ['x', 'y', 'z'].map(
      (name) => new Worker(program, { argv: [folder.path, name, '10'], stdout: true }),
    );
    await Promise.all(threads.map((thread) => once(thread, 'exit')));
    const texts = waitingIn(folder.path)
      .toSorted()
      .map((name) => JSON.parse(readFileSync(join(folder.path, name), 'utf8')) as { body: { text: string } })
      .map(({ body }) => body.text);
    for (const name of ['x', 'y', 'z'])
      assert.deepEqual(
        texts.filter((text) => text.startsWith(name)),
        Array.from({ length: 10 }, (_, n) => `${name} ${n}`),
      );
  });

  it('is taken in while the daemon runs, and before an enqueue that comes later', async () => {
    using folder = testFolder();
    await using daemon = await startDaemon({ folder: folder.path });
    await using orq = await running(daemon);
    const spoolFolder = join(folder.path, 'state/spool');
    await spool(spoolFolder, { agent: 'a', text: 'one', idempotencyKey: '1' });
    await orq.client.enqueue({ agent: 'a', text: 'two' });
    assert.deepEqual(await orq.texts(), ['one', 'two']);
    await spool(spoolFolder, { agent: 'a', text: 'three', idempotencyKey: '3' });
    await until(async () => ((await orq.texts()).length === 3 ? true : undefined));
    await until(() => (waitingIn(spoolFolder).length === 0 ? true : undefined));
  });

  it('counts delay and time to live from the sending', async () => {
    using folder = testFolder();
    const spoolFolder = join(folder.path, 'state/spool');
    mkdirSync(spoolFolder, { recursive: true, mode: 0o700 });
    const spooledAtMs = Date.now() - 60_000;
    const write = (count: number, body: object): void =>
      writeFileSync(
        join(spoolFolder, `0000000000001-0000000001-0000000${count}.json`),
        JSON.stringify({ format: 'orq-spool/1', spooledAtMs, headers: {}, body }),
      );
    write(1, { agent: 'a', text: 'late', delayMs: 61_000_000, idempotencyKey: '1' });
    write(2, { agent: 'a', text: 'now', delayMs: 30_000, idempotencyKey: '2' });
    write(3, { agent: 'a', text: 'too late', ttlMs: 30_000, idempotencyKey: '3' });
    await using daemon = await startDaemon({ folder: folder.path });
    await using orq = await running(daemon);
    const [dead] = await until(async () => {
      const { messages } = await orq.client.list({ state: 'dead' });
      return messages.length > 0 ? messages : undefined;
    });
    assert.deepEqual([dead?.text, dead?.reason], ['too late', 'expired']);
    const [late] = (await orq.client.list({ state: 'scheduled' })).messages;
    assert.deepEqual([late?.readyAtMs, late?.enqueuedAtMs], [spooledAtMs + 61_000_000, spooledAtMs]);
    assert.equal((await orq.client.counts({})).ready, 1);
  });

  it('sets aside what it cannot take in, with the reason, and shows it', async () => {
    using folder = testFolder();
    const spoolFolder = join(folder.path, 'state/spool');
    mkdirSync(join(spoolFolder, 'folder'), { recursive: true, mode: 0o700 });
    const name = (count: number): string => `0000000000001-0000000001-0000000${count}.json`;
    const write = (count: number, text: string): void => writeFileSync(join(spoolFolder, name(count)), text);
    const form = (body: object): string =>
      JSON.stringify({ format: 'orq-spool/1', spooledAtMs: 1, headers: {}, body });
    write(1, '{"format":"orq-spool/1","bo');
    write(2, form({ agent: 'a', text: 'x', prio: 1, idempotencyKey: 'k' }));
    write(3, form({ agent: 'a', text: 'no key' }));
    write(4, '{}');
    writeFileSync(join(spoolFolder, 'notes.txt'), 'mine');
    writeFileSync(join(folder.path, 'elsewhere'), form({ agent: 'a', text: 'linked', idempotencyKey: 'l' }));
    symlinkSync(join(folder.path, 'elsewhere'), join(spoolFolder, name(5)));
    writeFileSync(join(spoolFolder, `.${name(6)}.tmp`), 'unfinished');
    write(7, form({ agent: 'a', text: 'whole', idempotencyKey: 'w' }));
    write(8, form({ agent: 'a', text: 'no time', idempotencyKey: 't' }).replace('AtMs":1', 'AtMs":-1e18'));
    write(9, form({ agent: 'a', text: 'no facts', idempotencyKey: 'f' }).replace('{}', 'null'));
    await using daemon = await startDaemon({ folder: folder.path });
    await using orq = await running(daemon);
    assert.deepEqual(await orq.texts(), ['whole']);
    const reasons = Object.fromEntries(
      [1, 2, 3, 4, 5, 8, 9]
        .map(name)
        .concat('notes.txt', 'folder')
        .map((file) => [file, readFileSync(join(spoolFolder, 'rejected', `${file}.reason`), 'utf8')]),
    );
    assert.match(reasons[name(1)] ?? '', /is not JSON/);
    assert.match(reasons[name(2)] ?? '', /prio|additional/);
    assert.match(reasons[name(3)] ?? '', /idempotency key/);
    assert.match(reasons[name(4)] ?? '', /format/);
    assert.match(reasons[name(8)] ?? '', /^bad_request: .*: spooledAtMs is no time/);
    assert.match(reasons[name(9)] ?? '', /^bad_request: .*: headers is no object/);
    assert.ok(existsSync(join(spoolFolder, 'rejected', 'notes.txt')));
    const { spool: counted } = await orq.client.status({});
    assert.deepEqual(counted, { waiting: 0, rejected: 9, stuck: 0 });
    assert.match(daemon.log(), /spool_rejected/);
  });
});
