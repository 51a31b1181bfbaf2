import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { describe, it } from 'node:test';
import { createClient, type Client, type EventFilter, type Streamed } from '../../../client/index.ts';
import { startDaemon } from '../../support/daemon.ts';
import { testFolder } from '../../support/folder.ts';

async function running() {
  const folder = testFolder();
  const daemon = await startDaemon({ folder: folder.path });
  const client = createClient({ socket: daemon.socket });
  return {
    daemon,
    client,
    send: (text: string, agent = 'a') => client.enqueue({ agent, text }),
    async [Symbol.asyncDispose]() {
      await client.close();
      await daemon[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

/** A reader that has begun to listen; `next` resolves with what comes. */
async function reader(client: Client, filter: EventFilter = {}, after?: string) {
  const ended = new AbortController();
  const stream = client.events(filter, { signal: ended.signal, ...(after !== undefined && { after }) });
  const steps = stream[Symbol.asyncIterator]();
  const next = async (): Promise<Streamed | undefined> => {
    const step = await steps.next();
    return step.done === true ? undefined : step.value;
  };
  return {
    next,
    /** Reads up to `listening`; resolves with what came before it, and its position. */
    begun: async () => {
      const before: Streamed[] = [];
      for (let step = await next(); step; step = await next()) {
        if (step.word === 'listening') return { before, position: step.position ?? '' };
        before.push(step);
      }
      throw new Error('the stream ended before it listened');
    },
    [Symbol.dispose]: () => ended.abort(new Error('the test is over')),
  };
}

const said = (streamed: Streamed | undefined): string =>
  streamed?.word === 'change' ? `${streamed.change.id} ${streamed.change.kind}` : (streamed?.word ?? 'end');

describe('the stream of changes', { timeout: 60_000 }, () => {
  it('tells what happens to the messages of one agent, in order', async () => {
    await using orq = await running();
    using reading = await reader(orq.client, { agent: 'a' });
    await reading.begun();
    const [{ id }] = [await orq.send('x'), await orq.send('for another', 'b')];
    const { messages } = await orq.client.dequeue({ agent: 'a' });
    await orq.client.ack({ id, leaseToken: messages[0]?.leaseToken ?? 0 });
    const heard = [];
    while (heard.length < 4) heard.push(said(await reading.next()));
    assert.deepEqual(heard, [`${id} queued`, `${id} leased`, `${id} delivered`, `${id} seen`]);
  });

  it('goes on where a reader was that lost its connection', async () => {
    await using orq = await running();
    const { position } = await (await reader(orq.client)).begun();
    const { id } = await orq.send('x');
    using late = await reader(orq.client, {}, position);
    const { before } = await late.begun();
    assert.deepEqual(before.map(said), [`${id} queued`]);
  });

  it('says gap where it cannot know what was missed, with what the database knows of one message', async () => {
    await using orq = await running();
    const { id } = await orq.send('x');
    await orq.client.ack({ id });
    using wide = await reader(orq.client, {}, 'a0b1.7');
    assert.deepEqual((await wide.begun()).before.map(said), ['gap']);
    using narrow = await reader(orq.client, { message: id }, 'a0b1.7');
    assert.deepEqual((await narrow.begun()).before.map(said), ['gap', `${id} queued`, `${id} seen`]);
    const dead = await orq.send('y');
    await orq.client.cancel({ id: dead.id });
    using withdrawn = await reader(orq.client, { message: dead.id }, 'a0b1.7');
    assert.deepEqual((await withdrawn.begun()).before.map(said), [
      'gap',
      `${dead.id} queued`,
      `${dead.id} cancelled`,
    ]);
  });

  it('refuses a filter that means nothing before it begins', async () => {
    await using orq = await running();
    using reading = await reader(orq.client, { message: 0 });
    await assert.rejects(reading.next(), { code: 'bad_request' });
    using gone = await reader(orq.client, { message: 99 }, 'a0b1.7');
    await assert.rejects(gone.next(), { code: 'not_found' });
  });

  it('ends with a word when the daemon stops, which no reader holds up', async () => {
    await using orq = await running();
    using reading = await reader(orq.client);
    await reading.begun();
    const startedMs = performance.now();
    const code = orq.daemon.stop();
    assert.equal(said(await reading.next()), 'stopping');
    assert.equal(said(await reading.next()), 'end');
    assert.equal(await code, 0);
    assert.ok(performance.now() - startedMs < 4_000, 'a reader held the stop up');
  });

  it('drops a reader that does not read, tells it, and keeps little for it', async () => {
    await using orq = await running();
    const asked = request({ agent: false, socketPath: orq.daemon.socket, path: '/v1/events' });
    asked.end();
    const [slow] = (await once(asked, 'response')) as [IncomingMessage];
    slow.pause();
    const batch = Array.from({ length: 1000 }, () => ({ agent: 'a'.repeat(120), text: 'x' }));
    let dropped = false;
    const drop = orq.daemon.logged((log) => log.includes('reader_dropped')).then(() => (dropped = true));
    for (let round = 0; round < 30 && !dropped; round += 1) await orq.client.enqueue(batch);
    await drop;
    let text = '';
    slow
      .setEncoding('utf8')
      .on('data', (piece: string) => (text += piece))
      .resume();
    await once(slow, 'end');
    assert.match(text, /\n\nevent: dropped\ndata: \{\}\n\n$/);
    assert.ok(text.length < 3 * 1024 * 1024, `${text.length} characters were kept for it`);
    assert.equal((await orq.client.ping({})).ok, true);
  });
});
