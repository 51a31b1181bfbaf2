/** Replay: whoever asks again after a crash is answered as before, so that nothing is taken or stored twice. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { suiteDaemon } from '../support/suite-daemon.ts';

describe('after a kill -9', { timeout: 60_000 }, () => {
  const stage = suiteDaemon({ env: { ORQ_LOG_LEVEL: 'warn' } });
  const crash = async (): Promise<void> => {
    await stage.daemon.kill9();
    await stage.daemon.restart();
  };

  it('the same request id is answered with the same leases, and takes no more', async () => {
    const { client } = stage;
    await client.enqueue(['one', 'two', 'three'].map((text) => ({ agent: 'a', text })));
    const request = { agent: 'a', max: 2, requestId: 'r' };
    const given = await client.dequeue(request);
    assert.deepEqual(
      given.messages.map(({ text }) => text),
      ['one', 'two'],
    );
    for (let round = 0; round < 2; round += 1) {
      await crash();
      assert.deepEqual(await client.dequeue(request), given);
    }
    const other = await client.dequeue({ ...request, requestId: 'other' });
    assert.deepEqual(
      other.messages.map(({ text }) => text),
      ['three'],
    );
    for (const { id, leaseToken } of given.messages)
      assert.equal((await client.ack({ id, leaseToken })).state, 'delivered');
    assert.deepEqual(await client.dequeue(request), { messages: [] });
  });

  it('a request that acks and takes is answered once more without doing either again', async () => {
    const { client } = stage;
    await client.enqueue(['one', 'two', 'three'].map((text) => ({ agent: 'b', text })));
    const { messages: held } = await client.dequeue({ agent: 'b', requestId: 'first' });
    const ack = held.map(({ id, leaseToken }) => ({ id, leaseToken }));
    const request = { agent: 'b', requestId: 'second', ack };
    const given = await client.dequeue(request);
    await crash();
    assert.deepEqual(await client.dequeue(request), given);
    const { delivered, leased, ready } = await client.counts({ agent: 'b' });
    assert.deepEqual({ delivered, leased, ready }, { delivered: 1, leased: 1, ready: 1 });
  });

  it('the same idempotency key is answered with the same message, in whatever state it is', async () => {
    const { client } = stage;
    const letter = { agent: 'c', text: 'x', priority: 3, idempotencyKey: 'kc' };
    const { id } = await client.enqueue(letter);
    await crash();
    const again = await client.enqueue(letter);
    assert.deepEqual([again.id, again.created, again.state], [id, false, 'ready']);
    await client.ack({ id });
    await crash();
    const late = await client.enqueue(letter);
    assert.deepEqual([late.id, late.created, late.state], [id, false, 'delivered']);
    assert.equal((await client.list({ agent: 'c' })).messages.length, 1);
  });

  it('another body under the key is a conflict that names both messages, and leaves no trace', async () => {
    const { client } = stage;
    const letter = { agent: 'd', text: 'x', idempotencyKey: 'kd' };
    const { id } = await client.enqueue(letter);
    await crash();
    const other = { agent: 'd', text: 'in the same batch' };
    await assert.rejects(client.enqueue([other, { ...letter, text: 'y' }]), {
      code: 'key_conflict',
      status: 409,
      details: { id, index: 1 },
    });
    assert.deepEqual(
      (await client.list({ agent: 'd' })).messages.map(({ text }) => text),
      ['x'],
    );
  });
});
