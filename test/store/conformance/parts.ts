import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_CONTINUATIONS } from '../../../src/agents/session.ts';
import type { Exchanged } from '../../../src/queue/exchange.ts';
import { ids, kinds, printed, send, startedClient, stateOf, type OpenStore } from './client.ts';

/** Three parts. */
const LONG = Array.from({ length: 2_500 }, (_, line) => `line ${line}`).join('\n');

/** What one hook was given: part, of how many, whether it may have come before. */
const partIn = ({ messages }: Exchanged) =>
  messages.map(({ form, mayHaveBeenSeen }) =>
    form.kind === 'part' ? [form.part, form.parts, mayHaveBeenSeen] : [form.kind],
  );

/** What the agent was given, one after the other. */
const textOf = (given: readonly Exchanged[]): string =>
  given.flatMap(({ messages }) => messages.map(({ text }) => text)).join('');

export function judgeParts(openStore: OpenStore): void {
  test('a long message goes in parts over the hooks of its turn, whole and in order', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, LONG);
    const next = await send(store, 'next');
    const given = [await printed(store, await client.prompt('p1'))];
    given.push(await printed(store, await client.batch('p1')));
    given.push(await printed(store, await client.stop('p1')));
    assert.deepEqual(given.map(partIn), [[[1, 3, false]], [[2, 3, false]], [[3, 3, false]]]);
    assert.ok(textOf(given) === LONG);
    const last = await printed(store, await client.stop('p1'));
    assert.deepEqual([last.proved, ids(last)], [[id], [next]]);
    assert.equal((await store.show(id)).message.attempts, 1);
  });

  test('it is injected with its last part, and proven by an event after that', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, LONG);
    for (const event of ['UserPromptSubmit', 'PostToolBatch', 'PostToolBatch'] as const) {
      const { proved, messages } = await client.event(event, 'p1');
      assert.deepEqual([proved, await kinds(store, id)], [[], ['queued']]);
      const injected = await store.confirm(messages);
      assert.deepEqual(injected, partIn({ messages } as Exchanged)[0]?.[0] === 3 ? [id] : []);
    }
    assert.deepEqual(await kinds(store, id), ['queued', 'injected']);
    assert.deepEqual((await client.batch('p1')).proved, [id]);
    assert.deepEqual(await kinds(store, id), ['queued', 'injected', 'seen']);
  });

  test('nothing overtakes it between its parts, whatever its priority', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, LONG);
    await printed(store, await client.prompt('p1'));
    const urgent = await send(store, 'urgent', { priority: 100 });
    assert.deepEqual(ids(await printed(store, await client.batch('p1'))), [id]);
    assert.deepEqual(ids(await printed(store, await client.batch('p1'))), [id]);
    assert.deepEqual(ids(await client.batch('p1')), [urgent]);
  });

  test('a part that nobody confirmed is followed by none: the message begins again, marked', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, LONG);
    await printed(store, await client.prompt('p1'));
    const lost = await client.batch('p1');
    assert.deepEqual(ids(await client.batch('p1')), []);
    assert.deepEqual(await store.giveBack(lost.messages, 'not_printed'), ['a']);
    assert.deepEqual(partIn(await client.batch('p1')), [[1, 3, true]]);
    assert.equal((await store.show(id)).message.failures, 0);
  });

  test('a turn that ends before it proves the part that it was given begins the message again, marked', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, LONG);
    await printed(store, await client.prompt('p1'));
    await printed(store, await client.batch('p1'));
    assert.deepEqual(partIn(await printed(store, await client.prompt('p2'))), [[1, 3, true]]);
    assert.deepEqual(partIn(await client.batch('p2')), [[2, 3, true]]);
    assert.equal(await stateOf(store, id), 'leased');
  });

  test('the next turn goes on where the one before has seen all that it was given', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, LONG);
    await printed(store, await client.prompt('p1'));
    await client.batch('p1', { handsOut: false });
    const { lease } = (await store.show(id)).message;
    assert.deepEqual([lease?.partsLeft, lease?.injected], [2, true]);
    assert.deepEqual(partIn(await printed(store, await client.prompt('p2'))), [[2, 3, false]]);
    assert.deepEqual(partIn(await printed(store, await client.stop('p2'))), [[3, 3, false]]);
    assert.deepEqual((await client.stop('p2')).proved, [id]);
  });

  test('an API error takes back no part that was seen', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    await send(store, LONG);
    await printed(store, await client.prompt('p1'));
    await client.batch('p1', { handsOut: false });
    assert.deepEqual((await client.event('StopFailure', 'p1')).returnedTo, []);
    assert.deepEqual(partIn(await client.prompt('p2')), [[2, 3, false]]);
  });

  test('parts that Stop may not give any more wake the idle session', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const long = LONG.repeat(3);
    await send(store, long);
    const given = [await printed(store, await client.prompt('p1'))];
    for (let round = 0; round < MAX_CONTINUATIONS; round += 1)
      given.push(await printed(store, await client.stop('p1')));
    const { messages, session } = await client.stop('p1');
    assert.deepEqual([messages, session?.state], [[], 'idle']);
    assert.equal((await store.wakeFacts('a')).unproven, true);
    given.push(await printed(store, await client.prompt('p2', { onlyBell: true })));
    given.push(await printed(store, await client.stop('p2')));
    given.push(await printed(store, await client.stop('p2')));
    assert.ok(textOf(given) === long);
    assert.deepEqual([(await client.stop('p2')).proved.length, given.length], [1, 9]);
  });

  test('a session that ends, and a start of the daemon, let it begin again', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, LONG);
    await printed(store, await client.prompt('p1'));
    assert.deepEqual(await store.recover(), ['a']);
    assert.deepEqual(partIn(await printed(store, await client.batch('p1'))), [[1, 3, true]]);
    await client.batch('p1', { handsOut: false });
    await client.end();
    const { message } = await store.show(id);
    assert.deepEqual([message.state, message.lease, message.failures], ['ready', null, 0]);
  });

  for (const verb of ['ack', 'requeue', 'cancel', 'done'] as const)
    test(`${verb} ends it between its parts`, async () => {
      await using store = openStore();
      const client = await startedClient(store);
      const id = await send(store, LONG);
      await printed(store, await client.prompt('p1'));
      await store[verb]({ id, force: true });
      assert.equal((await store.show(id)).message.lease, null);
      assert.deepEqual(partIn(await client.batch('p1')), verb === 'requeue' ? [[1, 3, true]] : []);
    });
}
