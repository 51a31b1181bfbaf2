import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '../../../src/protocol/schemas.ts';
import { admit, ids, send, startedClient, type ConformanceStore, type OpenStore } from './client.ts';

async function noticesTo(store: ConformanceStore, agent: string): Promise<Message[]> {
  return (await store.list({ agent })).filter(({ from }) => from === 'orq');
}

/** Spends the failures of the next message of `agent`. */
async function spend(store: ConformanceStore, agent: string): Promise<void> {
  for (let failure = 1; failure <= 5; failure += 1) {
    const [leased] = await store.dequeue({ agent });
    if (!leased) throw new Error(`no message of ${agent} is ready`);
    await store.requeue({ id: leased.id, error: 'no network' });
    store.clock.move(64_000);
    await store.promote();
  }
}

export function judgeNotices(openStore: OpenStore): void {
  test('tell a sender that is an agent, once, where and why its message was given up', async () => {
    await using store = openStore();
    await admit(store, 'lead');
    const id = await send(store, 'look at this', { from: 'lead', threadId: 't', project: 'shop' });
    await spend(store, 'a');
    await store.promote();
    const [notice, ...more] = await noticesTo(store, 'lead');
    assert.deepEqual(more, []);
    assert.deepEqual(
      [notice?.replyTo, notice?.threadId, notice?.project, notice?.wake, notice?.state],
      [id, 't', 'shop', 'later', 'ready'],
    );
    assert.match(notice?.text ?? '', new RegExp(`message ${id} .*"a".*failures spent: no network`));
    assert.match(notice?.text ?? '', /look at this/);
  });

  test('tell of a message that expired, with the sweep that finds it, and of whose mail there is more', async () => {
    await using store = openStore();
    await admit(store, 'lead');
    await send(store, 'x', { from: 'lead', ttlMs: 1 });
    store.clock.move(1);
    assert.deepEqual(await store.promote(), ['lead']);
    assert.match((await noticesTo(store, 'lead'))[0]?.text ?? '', /"expired"/);
  });

  test('tell of a message whose visibility timeouts spent its failures, and of nothing that lives', async () => {
    await using store = openStore();
    await admit(store, 'lead');
    await send(store, 'x', { from: 'lead' });
    for (let failure = 1; failure <= 5; failure += 1) {
      await store.dequeue({ agent: 'a', visibilityMs: 1_000 });
      assert.deepEqual(await noticesTo(store, 'lead'), []);
      store.clock.move(1_000);
      await store.promote();
      store.clock.move(64_000);
      await store.promote();
    }
    assert.match((await noticesTo(store, 'lead'))[0]?.text ?? '', /visibility timeout/);
  });

  test('tell nobody where the sender is not named or is no agent', async () => {
    await using store = openStore();
    await send(store, 'x', { ttlMs: 1 });
    await send(store, 'x', { from: 'cron', ttlMs: 1 });
    store.clock.move(1);
    assert.deepEqual(await store.promote(), []);
    assert.equal((await store.counts()).ready, 0);
  });

  test('tell nobody of their own death, also where an agent is called orq', async () => {
    await using store = openStore();
    for (const agent of ['lead', 'orq']) await admit(store, agent);
    await send(store, 'x', { from: 'lead', ttlMs: 1 });
    store.clock.move(1);
    await store.promote();
    await spend(store, 'lead');
    assert.equal((await store.counts('lead')).dead, 1);
    assert.equal((await store.counts()).ready, 0, 'no further message');
  });

  test('are announced where a requeue spent the last failure', async () => {
    await using store = openStore();
    await admit(store, 'lead');
    const heard: string[] = [];
    store.onUnblocked((agents) => heard.push(...agents));
    await send(store, 'x', { from: 'lead' });
    for (let failure = 1; failure <= 5; failure += 1) {
      assert.deepEqual(heard, []);
      const [leased] = await store.dequeue({ agent: 'a' });
      await store.requeue({ id: leased?.id ?? 0, error: 'no' });
      store.clock.move(3_600_000);
      await store.promote();
    }
    assert.deepEqual(heard, ['lead']);
  });

  test('tell again where a message was redriven and given up anew', async () => {
    await using store = openStore();
    await admit(store, 'lead');
    const id = await send(store, 'x', { from: 'lead' });
    await spend(store, 'a');
    await store.deadRedrive({ ids: [id] });
    await spend(store, 'a');
    assert.equal((await noticesTo(store, 'lead')).length, 2);
  });

  test('are handed out like any message, told as orq itself, and wake nobody', async () => {
    await using store = openStore();
    const client = await startedClient(store, { agent: 'lead' });
    await send(store, 'x', { from: 'lead', ttlMs: 1 });
    await send(store, 'y', { agent: 'lead', from: 'orq' });
    store.clock.move(1);
    await store.promote();
    const { messages } = await client.prompt('p1');
    assert.deepEqual(
      messages.map(({ from, notice }) => [from, notice]),
      [
        ['orq', false],
        ['orq', true],
      ],
    );
    assert.equal((await store.wakeFacts('lead')).readyToWake, false);
    assert.equal(ids(messages).length, 2);
  });
}
