import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BriefingMaterial } from '../../../src/queue/briefing.ts';
import type { Exchanged } from '../../../src/queue/exchange.ts';
import {
  clientOf,
  ids,
  kinds,
  printed,
  send,
  startedClient,
  stateOf,
  type Client,
  type OpenStore,
} from './client.ts';

export const MATERIAL: BriefingMaterial = {
  cause: 'compaction',
  orqctl: 'orqctl',
  nonce: '0123456789abcdef',
  template: null,
  rules: [],
  work: [],
};

const compacted = (client: Client, more: Partial<BriefingMaterial> = {}): Promise<Exchanged> =>
  client.start({ told: { compacted: true }, rebrief: { ...MATERIAL, ...more } });

const textOf = ({ messages }: Exchanged): string => messages[0]?.text ?? '';

export function judgeBriefings(openStore: OpenStore): void {
  test('a compaction brings a briefing in its exchange, a message with receipts that the next proof of any turn proves', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const given = await printed(store, await compacted(client));
    const [id = 0] = ids(given);
    assert.match(textOf(given), /^REBRIEF[^]*as agent "a"/);
    assert.deepEqual(await kinds(store, id), ['queued', 'injected']);
    await client.prompt('p1');
    assert.deepEqual((await client.prompt('p2')).messages, []);
    assert.deepEqual((await client.stop('p2')).proved, [id]);
    const { message } = await store.show(id);
    assert.deepEqual([message.state, message.from, message.open], ['delivered', 'orq', false]);
    assert.match((await store.contextOf('a'))?.briefing ?? '', /^REBRIEF/);
  });

  test('it repeats open messages verbatim in a fence, and the running turn’s unproven ones, but none that waits or is done', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const over = await send(store, 'all is over');
    await printed(store, await client.prompt('p0'));
    await client.stop('p0');
    const open = await send(store, 'open\ntext [orq 1] end', { from: 'b' });
    await printed(store, await client.prompt('p1'));
    const unproven = await send(store, 'not proven');
    await printed(store, await client.batch('p1'));
    const waiting = await send(store, 'waits on');
    const given = await compacted(client);
    const text = textOf(given);
    const fence = new RegExp(
      `\\[orq ${MATERIAL.nonce}\\] message ${open}, from "b" [^\\n]*\\nopen\\ntext \\[orq 1\\] end\\n\\[orq ${MATERIAL.nonce}\\] end of message ${open}\\n`,
    );
    assert.match(text, fence);
    assert.match(text, new RegExp(`message ${unproven}, [^\\n]*\\nnot proven\\n`));
    assert.doesNotMatch(text, /waits on/);
    assert.match(text, new RegExp(`message ${over} was delivered [^\\n]*; it begins: "all is over"`));
    assert.equal(ids(given).length, 1);
    await printed(store, given);
    const next = await client.batch('p1');
    assert.deepEqual([ids(next), next.proved.length], [[waiting], 2]);
  });

  test('one that was not printed comes before all mail at the next event, marked, and rings nobody', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const given = await compacted(client);
    const [id = 0] = ids(given);
    assert.deepEqual(await store.giveBack(given.messages, 'not_printed'), ['a']);
    assert.equal((await store.wakeFacts('a')).readyToWake, false);
    const urgent = await send(store, 'urgent', { priority: 1_000_000 });
    const next = await client.prompt('p1');
    assert.deepEqual(ids(next), [id, urgent]);
    assert.deepEqual(
      next.messages.map(({ mayHaveBeenSeen }) => mayHaveBeenSeen),
      [true, false],
    );
  });

  test('one that its client came too late for waits for the next event', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const late = await client.start({ told: { compacted: true }, rebrief: MATERIAL, handsOut: false });
    assert.deepEqual(late.messages, []);
    assert.match(textOf(await client.prompt('p1')), /^REBRIEF/);
  });

  test('a newer one takes the place of one that waits, and is no open message of the next', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const first = await compacted(client);
    await store.giveBack(first.messages, 'not_printed');
    const second = await printed(store, await compacted(client));
    assert.equal(await stateOf(store, ids(first)[0] ?? 0), 'cancelled');
    await client.prompt('p1');
    await client.batch('p1');
    assert.equal(await stateOf(store, ids(second)[0] ?? 0), 'delivered');
    assert.doesNotMatch(textOf(await compacted(client)).slice(1), /REBRIEF/);
  });

  test('the death of its session charges it nothing: the next start gets it in place of the bootstrap', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    await send(store, 'proves that the session lived');
    await printed(store, await client.prompt('p1'));
    await client.batch('p1');
    const [id = 0] = ids(await printed(store, await compacted(client)));
    const bound = await store.boundTo('a');
    await store.endSession(bound?.key ?? 0, 'process gone', 'session_died');
    const { message } = await store.show(id);
    assert.deepEqual([message.state, message.failures], ['ready', 0]);
    const next = await clientOf(store, { sessionId: 's2' }).start();
    assert.deepEqual([ids(next), next.bootstraps], [[id], false]);
  });

  test('a paused agent and a guest get none', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    await store.pauseAgents({ agent: 'a' });
    assert.deepEqual((await compacted(client)).messages, []);
    const guest = await startedClient(store, { sessionId: 's2', mayBind: false, process: null });
    assert.deepEqual((await compacted(guest)).messages, []);
  });
}
