import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Admission } from '../../../src/queue/registry.ts';
import {
  admit,
  ids,
  kinds,
  processOf,
  clientOf,
  printed,
  send,
  startedClient,
  type OpenStore,
} from './client.ts';

function inPane(number: number, more: Partial<Admission> = {}): Admission {
  const addresses = [`w:${number}`, `w:name${number}`, `w:${number}.0`, `%${number}`];
  const pane = { socket: '/tmp/tmux', serverStart: 7, pane: `%${number}`, addresses };
  return { marked: null, given: null, proposed: `w:name${number}`, pane, mayCreate: true, ...more };
}

export function judgeAgents(openStore: OpenStore): void {
  test('an agent gets its id at first sight and keeps it when its window is renamed', async () => {
    await using store = openStore();
    const first = await store.admit(inPane(1));
    assert.deepEqual([first.agent, first.created], ['w:name1', true]);
    const renamed = await store.admit(inPane(1, { proposed: 'w:other' }));
    assert.deepEqual([renamed.agent, renamed.created], ['w:name1', false]);
  });

  test('a name that is taken becomes unique by a number', async () => {
    await using store = openStore();
    await store.admit(inPane(1, { proposed: 'w:x' }));
    assert.equal((await store.admit(inPane(2, { proposed: 'w:x' }))).agent, 'w:x-2');
    assert.equal((await store.admit(inPane(3, { proposed: 'w:x' }))).agent, 'w:x-3');
  });

  test('the mark of a pane speaks before the given name, which speaks before the window', async () => {
    await using store = openStore();
    assert.equal((await store.admit(inPane(1, { given: 'bob' }))).agent, 'bob');
    const conflict = await store.admit(inPane(2, { marked: 'eve', given: 'bob' }));
    assert.deepEqual([conflict.agent, conflict.conflict], ['eve', true]);
    const agreed = await store.admit(inPane(1, { marked: 'bob', given: 'bob' }));
    assert.equal(agreed.conflict, false);
  });

  test('who must not become an agent is only looked up', async () => {
    await using store = openStore();
    const nobody = await store.admit(inPane(1, { mayCreate: false }));
    assert.deepEqual([nobody.agent, nobody.created], [null, false]);
    assert.deepEqual(await store.agents(), []);
    await store.admit(inPane(1));
    assert.equal((await store.admit(inPane(1, { mayCreate: false }))).agent, 'w:name1');
  });

  test('mail that waited under an address of the agent is its own from the first sight on', async () => {
    await using store = openStore();
    const [byIndex, byName] = [
      await send(store, '1', { agent: 'w:1' }),
      await send(store, '2', { agent: 'w:name1' }),
    ];
    await assert.rejects(send(store, 'lost', { agent: '%1' }), { code: 'not_found' });
    await send(store, 'of another', { agent: 'w:2' });
    const admitted = await store.admit(inPane(1, { given: 'bob' }));
    assert.equal(admitted.adopted, 2);
    assert.deepEqual(ids(await store.dequeue({ agent: 'bob', max: 9 })), [byIndex, byName]);
    assert.equal((await store.counts('bob')).leased, 2);
    assert.equal((await store.counts('w:2')).ready, 1);
  });

  test('mail of an agent is not adopted by one whose window now has its name', async () => {
    await using store = openStore();
    await admit(store, 'w:1');
    await send(store, 'mine', { agent: 'w:1' });
    assert.equal((await store.admit(inPane(1, { given: 'bob' }))).adopted, 0);
    assert.equal((await store.counts('w:1')).ready, 1);
  });

  test('an address means the agent that has it now; its id comes first', async () => {
    await using store = openStore();
    await store.admit(inPane(1, { given: 'bob' }));
    for (const agent of ['bob', 'w:1', 'w:name1', 'w:1.0', '%1'])
      assert.deepEqual(
        (await store.enqueue([{ agent, text: 'x' }])).map((sent) => [sent.agent, sent.agentKnown]),
        [['bob', true]],
        agent,
      );
    assert.equal((await store.counts('w:1')).ready, 5);
    assert.equal((await store.list({ agent: '%1' })).length, 5);
    assert.equal((await store.dequeue({ agent: 'w:name1', max: 9 })).length, 5);
  });

  test('an address that several agents have is refused with the candidates', async () => {
    await using store = openStore();
    const shared = { socket: '/tmp/other', serverStart: 9, pane: '%1', addresses: ['w:1', '%1'] };
    await store.admit(inPane(1, { given: 'bob' }));
    await store.admit(inPane(1, { given: 'eve', pane: shared }));
    await assert.rejects(send(store, 'x', { agent: '%1' }), (error: unknown) => {
      const { code, details } = error as { code: string; details: object };
      assert.deepEqual([code, details], ['ambiguous_address', { candidates: ['bob', 'eve'] }]);
      return true;
    });
    assert.equal((await store.counts()).ready, 0);
  });

  test('a pane of a later tmux server is another pane, whatever its number', async () => {
    await using store = openStore();
    await store.admit(inPane(1, { given: 'bob' }));
    const later = { socket: '/tmp/tmux', serverStart: 8, pane: '%1', addresses: ['w:5'] };
    assert.equal((await store.admit(inPane(1, { proposed: 'w:5', pane: later }))).agent, 'w:5');
  });

  test('an agent whose session lives in its pane keeps pane and addresses, whoever else is given its name', async () => {
    await using store = openStore();
    await store.admit(inPane(1, { given: 'bob' }));
    await clientOf(store, { agent: 'bob' }).start();
    const other = await store.admit(inPane(2, { given: 'bob' }));
    assert.equal(other.agent, 'bob');
    const [bob] = await store.agents();
    assert.deepEqual([bob?.pane, bob?.addresses.includes('w:1')], ['%1', true]);
  });

  test('an agent whose session is over moves to the pane where it is seen again', async () => {
    await using store = openStore();
    await store.admit(inPane(1, { given: 'bob' }));
    const client = clientOf(store, { agent: 'bob' });
    await client.start();
    await client.end();
    await store.admit(inPane(2, { given: 'bob' }));
    const [bob] = await store.agents();
    assert.deepEqual([bob?.pane, bob?.addresses.includes('w:2')], ['%2', true]);
  });

  test('the registry shows an agent with its session and its mail', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    await send(store, 'seen');
    await printed(store, await client.prompt('p1'));
    await client.batch('p1');
    await send(store, 'waiting');
    const [agent] = await store.agents();
    assert.deepEqual(
      [agent?.id, agent?.open, agent?.counts.ready, agent?.oldestReadyMs, agent?.session?.state],
      ['a', 1, 1, store.clock.nowMs(), 'busy'],
    );
    assert.deepEqual(await store.teamOf('a'), { project: null, team: [] });
    await admit(store, 'b');
    assert.deepEqual((await store.teamOf('a')).team, ['b']);
  });

  test('the wake facts tell what waits, what is unproven and who would be rung', async () => {
    await using store = openStore();
    assert.deepEqual(await store.wakeFacts('a'), {
      mode: null,
      session: null,
      readyToWake: false,
      unproven: false,
      paused: false,
      hold: null,
    });
    const client = await startedClient(store);
    await send(store, 'later', { wake: 'later' });
    assert.equal((await store.wakeFacts('a')).readyToWake, false);
    const id = await send(store, 'now');
    assert.equal((await store.wakeFacts('a')).readyToWake, true);
    assert.deepEqual(await store.agentsWithMail(), ['a']);
    const given = await client.prompt('p1');
    assert.equal((await store.wakeFacts('a')).unproven, false);
    await printed(store, given);
    const facts = await store.wakeFacts('a');
    assert.deepEqual([facts.unproven, facts.readyToWake, facts.session?.sessionId], [true, false, 's1']);
    await client.stop('p1');
    assert.deepEqual(await store.agentsWithMail(), []);
    assert.deepEqual(await kinds(store, id), ['queued', 'injected', 'seen']);
  });

  test('how an agent can be reached is its pane, and what its session said of itself', async () => {
    await using store = openStore();
    const nowhere = {
      mode: 'pull',
      pane: null,
      inboxSocket: null,
      permissionMode: null,
      clientVersion: null,
      hookVersion: null,
      startedAtMs: null,
      lastSeenMs: 0,
      pausedAtMs: null,
      isBound: false,
      urgent: false,
    };
    assert.deepEqual(await store.reachOf('a'), nowhere);
    await store.admit(inPane(1, { given: 'a' }));
    const pane = { socket: '/tmp/tmux', serverStart: 7, pane: '%1' };
    const lastSeenMs = store.clock.nowMs();
    assert.deepEqual(await store.reachOf('a'), { ...nowhere, lastSeenMs, pane });
    const client = await startedClient(store);
    const said = { inboxSocket: '/tmp/in', permissionMode: 'plan' };
    await client.batch('p1', { client: said });
    const bound = { isBound: true, startedAtMs: lastSeenMs, lastSeenMs };
    assert.deepEqual(await store.reachOf('a'), { ...nowhere, pane, ...bound, ...said });
    await send(store, 'high', { priority: 49 });
    await send(store, 'critical, later', { priority: 50, wake: 'later' });
    assert.equal((await store.reachOf('a')).urgent, false);
    await send(store, 'critical', { priority: 50 });
    assert.equal((await store.reachOf('a')).urgent, true);
  });

  test('living sessions are bound ones and guests, each with its process', async () => {
    await using store = openStore();
    await startedClient(store);
    await clientOf(store, { sessionId: 's2', process: processOf(200) }).start();
    const living = await store.livingSessions();
    assert.deepEqual(
      living.map(({ standing, process }) => [standing, process?.pid]),
      [
        ['bound', 100],
        ['guest', 200],
      ],
    );
    assert.deepEqual(
      await store.livingProcesses(),
      living.map(({ key, process }) => ({ key, process })),
    );
  });
}
