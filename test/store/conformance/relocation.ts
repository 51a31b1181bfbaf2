import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PaneFacts } from '../../../src/queue/registry.ts';
import type { QueueStore } from '../../../src/queue/store.ts';
import { clientOf, processOf, send, type OpenStore } from './client.ts';

const SERVER = { socket: '/tmp/tmux', serverStart: 7 };

function pane(number: number, addresses: readonly string[], project = 'w'): PaneFacts {
  return { ...SERVER, pane: `%${number}`, project, addresses: [...addresses, `%${number}`] };
}

async function admitIn(store: QueueStore, id: string, facts: PaneFacts): Promise<void> {
  await store.admit({ marked: null, given: id, proposed: id, pane: facts, mayCreate: true });
}

async function addressesOf(store: QueueStore, id: string): Promise<readonly string[] | undefined> {
  return (await store.agents()).find((agent) => agent.id === id)?.addresses.toSorted();
}

export function judgeRelocation(openStore: OpenStore): void {
  test('agents whose windows swapped their numbers each get the right one', async () => {
    await using store = openStore();
    await admitIn(store, 'bob', pane(1, ['w:1']));
    await admitIn(store, 'eve', pane(2, ['w:2']));
    const sight = { ...SERVER, panes: [pane(1, ['w:2']), pane(2, ['w:1'])] };
    assert.deepEqual((await store.relocate(sight)).moved.toSorted(), ['bob', 'eve']);
    assert.deepEqual((await store.enqueue([{ agent: 'w:1', text: 'x' }]))[0]?.agent, 'eve');
    assert.deepEqual((await store.relocate(sight)).moved, []);
  });

  test('an agent whose pane is gone keeps its id and no other address', async () => {
    await using store = openStore();
    await admitIn(store, 'bob', pane(1, ['w:1']));
    await store.relocate({ ...SERVER, panes: [pane(2, ['w:1'])] });
    assert.deepEqual(await addressesOf(store, 'bob'), []);
    assert.equal((await store.enqueue([{ agent: 'w:1', text: 'x' }]))[0]?.agentKnown, false);
    assert.equal((await store.enqueue([{ agent: 'bob', text: 'x' }]))[0]?.agentKnown, true);
  });

  test('a pane of the server that came after is another one', async () => {
    await using store = openStore();
    await admitIn(store, 'bob', pane(1, ['w:1']));
    await store.relocate({ socket: SERVER.socket, serverStart: 8, panes: [pane(1, ['w:1'])] });
    assert.deepEqual(await addressesOf(store, 'bob'), []);
  });

  test('where nobody listens behind the socket only agents without a session lose their addresses', async () => {
    await using store = openStore();
    await admitIn(store, 'bob', pane(1, ['w:1']));
    await admitIn(store, 'eve', pane(2, ['w:2']));
    await clientOf(store, { agent: 'bob' }).start();
    const gone = { socket: SERVER.socket, serverStart: null, panes: [] };
    assert.deepEqual((await store.relocate(gone)).moved, ['eve']);
    assert.deepEqual(await addressesOf(store, 'bob'), ['%1', 'w:1']);
  });

  test('agents of another server stay as they are', async () => {
    await using store = openStore();
    await admitIn(store, 'bob', { ...pane(1, ['w:1']), socket: '/tmp/other' });
    assert.deepEqual((await store.relocate({ ...SERVER, panes: [] })).moved, []);
    assert.deepEqual(await addressesOf(store, 'bob'), ['%1', 'w:1']);
  });

  test('mail that waits under the name that a window gets is adopted, and the project follows', async () => {
    await using store = openStore();
    await admitIn(store, 'bob', pane(1, ['w:1']));
    const id = await send(store, 'x', { agent: 'w:late' });
    const { adopted } = await store.relocate({ ...SERVER, panes: [pane(1, ['w:1', 'w:late'], 'shop')] });
    assert.deepEqual(adopted, ['bob']);
    assert.equal((await store.show(id)).message.agent, 'bob');
    assert.equal((await store.teamOf('bob')).project, 'shop');
  });

  test('residents are the bound agents whose panes are there', async () => {
    await using store = openStore();
    await admitIn(store, 'bob', pane(1, ['w:1']));
    await admitIn(store, 'eve', pane(2, ['w:2']));
    await clientOf(store, { agent: 'bob' }).start();
    const { residents } = await store.relocate({ ...SERVER, panes: [pane(1, ['w:1']), pane(2, ['w:2'])] });
    assert.deepEqual(residents, [{ agent: 'bob', pane: '%1' }]);
  });

  test('a session that spoke for nobody is bound at the event by which its agent is known', async () => {
    await using store = openStore();
    const life = { process: processOf(100) };
    const unknown = clientOf(store, { ...life, agent: null, mayBind: false });
    assert.equal((await unknown.start()).session?.standing, 'guest');
    await admitIn(store, 'bob', pane(1, ['w:1']));
    const id = await send(store, 'x', { agent: 'bob' });
    const known = clientOf(store, { ...life, agent: 'bob' });
    const subagent = await known.event('PostToolBatch', 'p1', { told: { subagent: true } });
    assert.equal(subagent.session?.standing, 'guest');
    const { session, began, messages } = await known.prompt('p1');
    assert.deepEqual([session?.standing, session?.agent, began], ['bound', 'bob', true]);
    assert.deepEqual(
      messages.map((message) => message.id),
      [id],
    );
    assert.equal((await store.livingSessions()).length, 1);
  });
}
