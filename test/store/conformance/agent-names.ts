import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PaneFacts } from '../../../src/queue/registry.ts';
import type { QueueStore } from '../../../src/queue/store.ts';
import { clientOf, ids, printed, processOf, send, startedClient, stateOf, type OpenStore } from './client.ts';

function pane(number: number, serverStart = 7): PaneFacts {
  return {
    socket: '/tmp/tmux',
    serverStart,
    pane: `%${number}`,
    addresses: [`w:${number}`, 'w:api', `%${number}`],
  };
}

const admitIn = (store: QueueStore, names: object, facts: PaneFacts | null) =>
  store.admit({ marked: null, given: null, proposed: 'w:api', pane: facts, mayCreate: true, ...names });

const agentIds = async (store: QueueStore): Promise<string[]> => (await store.agents()).map(({ id }) => id);

export function judgeAgentNames(openStore: OpenStore): void {
  test('a named agent keeps its session, its mail in every state, its pane and its schedules', async () => {
    await using store = openStore();
    await admitIn(store, { given: 'a' }, pane(1));
    const client = clientOf(store);
    await client.start();
    const seen = await send(store, 'seen');
    await printed(store, await client.prompt('p1'));
    await client.batch('p1');
    const held = await send(store, 'held');
    await printed(store, await client.batch('p1'));
    const ready = await send(store, 'ready');
    const later = await send(store, 'later', { delayMs: 60_000 });
    await store.scheduleAdd({ agent: 'a', text: 'x', everyMs: 60_000 });
    const before = await store.counts('a');

    const renamed = await store.nameAgent({ agent: 'w:1', name: 'bob' });
    assert.deepEqual(renamed, {
      agent: 'bob',
      was: 'a',
      pane: { socket: '/tmp/tmux', serverStart: 7, pane: '%1' },
    });
    assert.deepEqual(await agentIds(store), ['bob']);
    assert.deepEqual(await store.counts('bob'), before);
    const mail = await store.list({ agent: 'bob' });
    assert.deepEqual(
      ids(mail).toSorted((a, b) => a - b),
      [seen, held, ready, later],
    );
    const stop = await client.stop('p1');
    assert.deepEqual([stop.proved, ids(stop), stop.session?.agent], [[held], [ready], 'bob']);
    const [schedule] = await store.scheduleList({});
    assert.equal(schedule?.agent, 'bob');
  });

  test('the old name goes on meaning the agent, over a chain of names, and mail finds it', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    await store.nameAgent({ agent: 'a', name: 'b' });
    await store.nameAgent({ agent: 'b', name: 'c' });
    for (const agent of ['a', 'b', 'c']) {
      const [sent] = await store.enqueue([{ agent, text: 'x' }]);
      assert.deepEqual([sent?.agent, sent?.agentKnown], ['c', true], agent);
    }
    assert.equal((await client.prompt('p1')).messages.length, 3);
    assert.equal((await store.boundTo('a'))?.agent, 'c');
  });

  test('a name is refused that somebody has, had or is called in tmux, or that breaks the grammar', async () => {
    await using store = openStore();
    await admitIn(store, { given: 'a' }, pane(1));
    await admitIn(store, { given: 'other' }, { ...pane(2), addresses: ['w:2', '%2'] });
    await store.nameAgent({ agent: 'other', name: 'another' });
    for (const name of ['another', 'other', 'w:2'])
      await assert.rejects(store.nameAgent({ agent: 'a', name }), { code: 'wrong_state' }, name);
    for (const name of ['@all', '%9', '-x', ' x'])
      await assert.rejects(store.nameAgent({ agent: 'a', name }), { code: 'bad_request' }, name);
    await assert.rejects(store.nameAgent({ agent: 'nobody', name: 'x' }), { code: 'not_found' });
    assert.deepEqual(await agentIds(store), ['a', 'another']);
  });

  test('an agent may be given a name back that it had, or that it is called in tmux', async () => {
    await using store = openStore();
    await admitIn(store, { given: 'a' }, pane(1));
    await store.nameAgent({ agent: 'a', name: 'b' });
    await store.nameAgent({ agent: 'b', name: 'a' });
    await store.nameAgent({ agent: 'a', name: 'w:1' });
    assert.deepEqual(await agentIds(store), ['w:1']);
    for (const agent of ['a', 'b', 'w:1', '%1'])
      assert.equal((await store.enqueue([{ agent, text: 'x' }]))[0]?.agent, 'w:1', agent);
  });

  test('mail that waited under the new name is the agent’s', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, 'x', { agent: 'bob' });
    await store.nameAgent({ agent: 'a', name: 'bob' });
    assert.deepEqual(ids(await client.prompt('p1')), [id]);
  });

  test('a session whose install or pane still says the old name speaks for the agent, in no conflict', async () => {
    await using store = openStore();
    await admitIn(store, { given: 'a' }, pane(1));
    await store.nameAgent({ agent: 'a', name: 'bob' });
    const marked = await admitIn(store, { marked: 'a', given: 'a' }, pane(1));
    assert.deepEqual([marked.agent, marked.conflict, marked.created], ['bob', false, false]);
    const given = await admitIn(store, { given: 'a' }, null);
    assert.deepEqual([given.agent, given.created], ['bob', false]);
  });

  test('a window that has the old name now is another agent while the first one lives, and the same again after its server was restarted', async () => {
    await using store = openStore();
    await admitIn(store, {}, pane(1));
    await store.nameAgent({ agent: 'w:api', name: 'bob' });
    assert.equal((await admitIn(store, {}, pane(2))).agent, 'w:api-2');
    assert.equal((await admitIn(store, {}, pane(3, 8))).agent, 'bob');
  });

  test('a living agent is forgotten by force only; its sessions end and its mail waits on under its name', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const held = await send(store, 'held');
    await printed(store, await client.prompt('p1'));
    const ready = await send(store, 'ready');
    await assert.rejects(store.forgetAgent({ agent: 'a' }), { code: 'wrong_state' });
    const { undelivered } = await store.forgetAgent({ agent: 'a', force: true });
    assert.deepEqual(
      undelivered.map(({ id, state }) => [id, state]),
      [
        [held, 'ready'],
        [ready, 'ready'],
      ],
    );
    assert.deepEqual([await store.agents(), await store.livingSessions()], [[], []]);
    assert.deepEqual((await client.batch('p1')).messages, []);
    const heir = await startedClient(store, { sessionId: 's2', process: processOf(200) });
    assert.deepEqual(ids(await heir.prompt('q1')), [held, ready]);
  });

  test('who is forgotten is no longer known by any name', async () => {
    await using store = openStore();
    await admitIn(store, { given: 'a' }, pane(1));
    await store.nameAgent({ agent: 'a', name: 'b' });
    const { pane: place } = await store.forgetAgent({ agent: 'a' });
    assert.equal(place?.pane, '%1');
    for (const agent of ['a', 'b', 'w:1'])
      assert.equal((await store.enqueue([{ agent, text: 'x' }]))[0]?.agentKnown, false, agent);
    await assert.rejects(store.forgetAgent({ agent: 'a' }), { code: 'not_found' });
  });

  test('what an agent was given long ago is still told by its messages when it is forgotten', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, 'x');
    await printed(store, await client.prompt('p1'));
    await client.stop('p1');
    await client.end();
    assert.deepEqual((await store.forgetAgent({ agent: 'a' })).undelivered, []);
    assert.equal(await stateOf(store, id), 'delivered');
  });
}
