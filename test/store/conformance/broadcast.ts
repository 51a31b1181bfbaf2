import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ids, send, stateOf, type OpenStore } from './client.ts';

type Store = ReturnType<OpenStore>;

/** Admits agents as hooks from panes of one tmux session do. */
async function admitTo(store: Store, project: string, ...agents: readonly string[]): Promise<void> {
  for (const [index, agent] of agents.entries()) {
    const pane = { socket: '/tmp/s', serverStart: 1, pane: `%${project}${index}`, addresses: [], project };
    await store.admit({ marked: null, given: agent, proposed: agent, pane, mayCreate: true });
  }
}

export function judgeBroadcast(openStore: OpenStore): void {
  const sent = { agent: '@p', text: 'x', idempotencyKey: 'k' };

  test('a message to a project is one for each of its agents', async () => {
    await using store = openStore();
    await admitTo(store, 'p', 'a', 'b');
    await admitTo(store, 'q', 'c');
    const [reply] = await store.enqueue([{ agent: '@p', text: 'x', from: 'lead' }]);
    const messages = reply?.messages ?? [];
    assert.deepEqual(
      messages.map(({ agent, state }) => [agent, state]),
      [
        ['a', 'ready'],
        ['b', 'ready'],
      ],
    );
    assert.deepEqual(reply, {
      id: messages[0]?.id,
      agent: '@p',
      state: 'ready',
      created: true,
      agentKnown: true,
      messages,
    });
    for (const { id, agent } of messages) assert.deepEqual(ids(await store.dequeue({ agent })), [id]);
    assert.deepEqual(await store.dequeue({ agent: 'c' }), []);
    assert.equal((await store.show(messages[0]?.id ?? 0)).message.project, 'p');
  });

  test('the same key gives the same messages, whoever joined or ended meanwhile', async () => {
    await using store = openStore();
    await admitTo(store, 'p', 'a', 'b');
    const [first] = await store.enqueue([sent]);
    await admitTo(store, 'p', 'a', 'b', 'late');
    await store.ack({ id: first?.messages?.[1]?.id ?? 0 });
    const [again] = await store.enqueue([sent]);
    assert.equal(again?.created, false);
    assert.deepEqual(
      again.messages?.map(({ id, state }) => [id, state]),
      [
        [first?.messages?.[0]?.id, 'ready'],
        [first?.messages?.[1]?.id, 'delivered'],
      ],
    );
    assert.equal((await store.counts()).ready, 1);
    await assert.rejects(store.enqueue([{ ...sent, text: 'y' }]), { code: 'key_conflict' });
  });

  test('a project without agents is refused, with the nearest one, and nothing is stored', async () => {
    await using store = openStore();
    await admitTo(store, 'shop', 'a');
    await assert.rejects(store.enqueue([{ agent: '@shpo', text: 'x' }]), {
      code: 'not_found',
      details: { nearest: '@shop' },
    });
    await assert.rejects(store.enqueue([{ agent: '@', text: 'x' }]), { code: 'bad_request' });
    assert.deepEqual(await store.list({}), []);
  });

  test('who waits for a message to a project waits for all of it', async () => {
    await using store = openStore();
    await admitTo(store, 'p', 'a', 'b');
    const [all, last] = await store.enqueue([sent, { agent: 'c', text: 'last', after: [{ index: 0 }] }]);
    const [one, two] = all?.messages ?? [];
    await store.ack({ id: one?.id ?? 0 });
    assert.equal(await stateOf(store, last?.id ?? 0), 'blocked');
    await store.ack({ id: two?.id ?? 0 });
    assert.equal(await stateOf(store, last?.id ?? 0), 'ready');
  });

  test('each message to a project waits for what it is to come after, and stands in its lane', async () => {
    await using store = openStore();
    await admitTo(store, 'p', 'a', 'b');
    const first = await send(store, 'first', { agent: 'c' });
    const after = [{ id: first }];
    const [reply] = await store.enqueue([{ agent: '@p', text: 'x', scope: 'project', after }]);
    const states = () => Promise.all((reply?.messages ?? []).map(({ id }) => stateOf(store, id)));
    assert.deepEqual(await states(), ['blocked', 'blocked']);
    await store.ack({ id: first });
    assert.deepEqual(await states(), ['ready', 'blocked']);
  });

  test('the order of a project is that of the agent where the sender names none', async () => {
    await using store = openStore();
    await admitTo(store, 'p', 'a', 'b');
    const first = await send(store, 'first', { scope: 'project' });
    const second = await send(store, 'second', { agent: 'b', scope: 'project' });
    assert.deepEqual([await stateOf(store, first), await stateOf(store, second)], ['ready', 'blocked']);
    assert.equal((await store.show(second)).message.project, 'p');
  });

  test('an agent keeps its project until a pane tells another', async () => {
    await using store = openStore();
    await admitTo(store, 'p', 'a');
    await store.admit({ marked: null, given: 'a', proposed: 'a', pane: null, mayCreate: true });
    assert.equal((await store.teamOf('a')).project, 'p');
    await admitTo(store, 'q', 'a');
    assert.equal((await store.teamOf('a')).project, 'q');
  });
}
