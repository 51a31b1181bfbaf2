import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  admit,
  clientOf,
  ids,
  printed,
  processOf,
  send,
  startedClient,
  stateOf,
  type ConformanceStore,
  type OpenStore,
} from './client.ts';

/** A session of agent `a` that has proven one message and holds another, printed. */
async function provenAndHolding(store: ConformanceStore) {
  const client = await startedClient(store);
  await send(store, 'proven');
  await printed(store, await client.prompt('p1'));
  const id = await send(store, 'held');
  await printed(store, await client.batch('p1'));
  const bound = await store.boundTo('a');
  if (!bound) throw new Error('agent a has no session');
  return { client, id, key: bound.key };
}

export function judgeSessions(openStore: OpenStore): void {
  test('a session that died by itself charges what it had printed and not proven', async () => {
    await using store = openStore();
    const { id, key } = await provenAndHolding(store);
    assert.deepEqual(await store.endSession(key, 'process gone', 'session_died'), [], 'nothing is ready yet');
    const { message } = await store.show(id);
    assert.deepEqual([message.state, message.failures], ['scheduled', 1]);
    assert.equal(await store.boundTo('a'), null);
    assert.deepEqual(await store.endSession(key, 'again', 'session_died'), []);
  });

  test('a session that died charges nothing that it had not printed', async () => {
    await using store = openStore();
    const { client, key } = await provenAndHolding(store);
    const id = await send(store, 'not printed');
    await client.batch('p1');
    await store.endSession(key, 'process gone', 'session_died');
    assert.equal((await store.show(id)).message.failures, 0);
  });

  test('a session that had proven nothing charges nothing: a start-up crash loop buries no mail', async () => {
    await using store = openStore();
    await admit(store);
    const id = await send(store, 'hello');
    for (let life = 1; life <= 8; life += 1) {
      const client = clientOf(store, { process: processOf(life) });
      await client.start();
      await printed(store, await client.prompt('p1'));
      const bound = await store.boundTo('a');
      await store.endSession(bound?.key ?? 0, 'process gone', 'session_died');
    }
    const { message } = await store.show(id);
    assert.deepEqual([message.state, message.failures, message.attempts], ['ready', 0, 8]);
  });

  test('a message that five proven sessions died with is dead, with its reason', async () => {
    await using store = openStore();
    await admit(store);
    const poison = await send(store, 'poison', { priority: 1 });
    for (let life = 1; life <= 5; life += 1) {
      const client = clientOf(store, { process: processOf(life) });
      await client.start();
      await send(store, 'harmless '.repeat(40), { priority: 9 });
      await printed(store, await client.prompt('p1', { capUnits: 2_000 }));
      await printed(store, await client.batch('p1'));
      const bound = await store.boundTo('a');
      await store.endSession(bound?.key ?? 0, 'process gone', 'session_died');
      const { message } = await store.show(poison);
      assert.equal(message.failures, life);
      store.clock.move(message.readyAtMs - store.clock.nowMs());
      await store.promote();
    }
    const { message } = await store.show(poison);
    assert.equal(message.state, 'dead');
    assert.match(message.reason ?? '', /session_died/);
  });

  test('SessionEnd returns the leases uncharged, and the agent is offline', async () => {
    await using store = openStore();
    const { client, id } = await provenAndHolding(store);
    const ended = await client.end({ endReason: 'logout' });
    assert.deepEqual([ended.session?.state, ended.returnedTo], ['ended', ['a']]);
    const { message } = await store.show(id);
    assert.deepEqual([message.state, message.failures], ['ready', 0]);
    assert.equal(await store.boundTo('a'), null);
    assert.deepEqual(await store.livingSessions(), []);
  });

  test('late events of a life that is over are ignored', async () => {
    await using store = openStore();
    const { client, id } = await provenAndHolding(store);
    await client.end();
    for (const event of ['PostToolBatch', 'Stop', 'UserPromptSubmit', 'SessionEnd'] as const) {
      const late = await client.event(event, 'p1');
      assert.deepEqual([late.session, late.proved, late.messages], [null, [], []], event);
    }
    assert.equal(await stateOf(store, id), 'ready');
    assert.equal(await store.sessionOf({ sessionId: 's1', process: client.process }), null);
  });

  test('a clear begins a new life in the same process; the old one ends uncharged', async () => {
    await using store = openStore();
    const { id } = await provenAndHolding(store);
    const cleared = clientOf(store, { sessionId: 's2' });
    const began = await cleared.start();
    assert.deepEqual([began.began, began.session?.standing, began.returnedTo], [true, 'bound', ['a']]);
    assert.equal((await store.show(id)).message.failures, 0);
    assert.deepEqual(ids(await cleared.prompt('p9')), [id]);
    assert.equal((await store.livingSessions()).length, 1);
    assert.equal((await clientOf(store).stop('p1')).session, null);
  });

  test('a clear whose start no hook reported is taken up at its first event', async () => {
    await using store = openStore();
    const { id } = await provenAndHolding(store);
    const first = await clientOf(store, { sessionId: 's2' }).prompt('p9');
    assert.deepEqual([first.began, first.session?.standing, ids(first)], [true, 'bound', [id]]);
  });

  test('a resume by a new process takes over only when the old process is gone', async () => {
    await using store = openStore();
    const { id, key } = await provenAndHolding(store);
    const resumed = clientOf(store, { process: processOf(200) });
    assert.equal((await resumed.start()).session?.standing, 'guest');
    await resumed.end();
    const again = clientOf(store, { process: processOf(300) });
    const began = await again.start({ goneSession: key });
    assert.equal(began.session?.standing, 'bound');
    assert.equal((await store.show(id)).message.failures, 1);
    store.clock.move(1_000);
    await store.promote();
    assert.deepEqual(
      (await again.prompt('p2')).messages.map((message) => [message.id, message.mayHaveBeenSeen]),
      [[id, true]],
    );
  });

  test('only the session that was found gone gives way, not the one that came after it', async () => {
    await using store = openStore();
    const { key } = await provenAndHolding(store);
    await clientOf(store, { process: processOf(200) }).start({ goneSession: key });
    const late = await clientOf(store, { process: processOf(300), sessionId: 's3' }).start({
      goneSession: key,
    });
    assert.equal(late.session?.standing, 'guest');
  });

  test('a fork in the same process is a new life, in another process a guest', async () => {
    await using store = openStore();
    await startedClient(store);
    const aside = await clientOf(store, { sessionId: 'fork', process: processOf(200) }).start();
    assert.equal(aside.session?.standing, 'guest');
    const inside = await clientOf(store, { sessionId: 'branch' }).start();
    assert.equal(inside.session?.standing, 'bound');
    assert.equal((await store.boundTo('a'))?.sessionId, 'branch');
  });

  test('a start that is reported twice is one life', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const again = await client.start();
    assert.deepEqual([again.began, again.session?.standing], [false, 'bound']);
    assert.equal((await store.livingSessions()).length, 1);
  });

  test('a compaction goes on with the same life and turn: busy inside a turn, else idle', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, 'hello');
    await printed(store, await client.prompt('p1'));
    await client.event('PreCompact', 'p1');
    assert.equal((await store.boundTo('a'))?.state, 'compacting');
    const compacted = await client.start({ told: { compacted: true } });
    assert.deepEqual([compacted.began, compacted.session?.state], [false, 'compacting']);
    assert.equal((await client.event('PostCompact', 'p1')).session?.state, 'busy');
    assert.deepEqual((await client.stop('p1')).proved, [id]);
    await client.event('PreCompact', 'p1');
    assert.equal((await client.event('PostCompact', 'p1')).session?.state, 'idle');
  });

  test('a start after a compaction is a new life, also where nothing happened in between', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, 'hello');
    await printed(store, await client.prompt('p1'));
    await client.start({ told: { compacted: true } });
    const resumed = await client.start();
    assert.deepEqual([resumed.began, resumed.session?.standing, resumed.returnedTo], [true, 'bound', ['a']]);
    assert.deepEqual(ids(await client.prompt('p2')), [id]);
  });

  test('a session first seen in the middle of its life is bound and served from there', async () => {
    for (const event of ['PostToolBatch', 'Stop', 'UserPromptSubmit'] as const) {
      await using store = openStore();
      await admit(store);
      const id = await send(store, 'hello');
      const client = clientOf(store);
      const first = await printed(store, await client.event(event, 'p7'));
      assert.deepEqual([first.began, first.session?.standing, ids(first)], [true, 'bound', [id]], event);
      assert.deepEqual((await client.stop('p7')).proved, [id], event);
    }
  });

  test('a subagent, or an end, of a session nobody knows begins nothing', async () => {
    await using store = openStore();
    await admit(store);
    const client = clientOf(store);
    assert.equal((await client.end()).session, null);
    assert.equal((await client.batch('p1', { told: { subagent: true } })).session, null);
    assert.deepEqual(await store.livingSessions(), []);
  });

  test('a session learns its process when an event first shows it, and is then defended like any other', async () => {
    await using store = openStore();
    await startedClient(store, { process: null });
    await clientOf(store).prompt('p1');
    assert.deepEqual((await store.boundTo('a'))?.process, processOf(100));
    const newcomer = await clientOf(store, { sessionId: 's2', process: processOf(200) }).start();
    assert.equal(newcomer.session?.standing, 'guest');
  });

  test('a process of the past with the same pid is another one', async () => {
    await using store = openStore();
    await startedClient(store);
    const reborn = { pid: 100, start: 'next boot:1' };
    assert.equal((await clientOf(store, { process: reborn }).start()).session?.standing, 'guest');
  });

  test('a session without an agent is a guest of nobody', async () => {
    await using store = openStore();
    const client = await startedClient(store, { agent: null });
    const { session, messages } = await client.prompt('p1');
    assert.deepEqual([session?.standing, session?.agent, messages], ['guest', null, []]);
  });

  test('what a session showed is kept: a fact that an event does not carry stays', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    await client.prompt('p1', { client: { clientVersion: '2.1.330', entrypoint: 'cli' } });
    await client.batch('p1', { client: {} });
    const [agent] = await store.agents();
    assert.deepEqual([agent?.session?.clientVersion, agent?.session?.entrypoint], ['2.1.330', 'cli']);
  });
}
