import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOOK_EVENTS } from '../../../src/protocol/agent.ts';
import { ids, kinds, printed, send, startedClient, stateOf, type OpenStore } from './client.ts';

export function judgeExchange(openStore: OpenStore): void {
  test('a turn proves what was injected earlier in it: receipts queued, injected, seen', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, 'hello');
    await printed(store, await client.prompt('p1'));
    store.clock.move(5);
    const { proved } = await client.batch('p1');
    assert.deepEqual(proved, [id]);
    const { message, receipts } = await store.show(id);
    assert.deepEqual([message.state, message.open, message.lease], ['delivered', true, null]);
    assert.deepEqual(
      receipts.map(({ kind, session, event }) => [kind, session, event]),
      [
        ['queued', null, null],
        ['injected', 's1', 'UserPromptSubmit'],
        ['seen', 's1', 'PostToolBatch'],
      ],
    );
  });

  test('an event never proves what it hands out itself', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    await client.prompt('p1');
    const id = await send(store, 'hello');
    const { proved, messages } = await printed(store, await client.batch('p1'));
    assert.deepEqual([proved, ids(messages)], [[], [id]]);
    assert.deepEqual((await client.stop('p1')).proved, [id]);
  });

  for (const event of HOOK_EVENTS.filter((name) => name !== 'PostToolBatch' && name !== 'Stop'))
    test(`${event} proves nothing`, async () => {
      await using store = openStore();
      const client = await startedClient(store);
      const id = await send(store, 'hello');
      await printed(store, await client.prompt('p1'));
      const { proved } = await client.event(event, 'p1', { told: { needsHuman: true } });
      assert.deepEqual(proved, []);
      assert.deepEqual(await kinds(store, id), ['queued', 'injected']);
    });

  test('a turn proves nothing of another turn: it comes again, marked, in its place', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const taken = await send(store, 'taken back');
    await printed(store, await client.prompt('p1'));
    const later = await send(store, 'later');
    const next = await printed(store, await client.prompt('p2'));
    assert.deepEqual(next.proved, []);
    assert.deepEqual(
      next.messages.map(({ id, mayHaveBeenSeen }) => [id, mayHaveBeenSeen]),
      [
        [taken, true],
        [later, false],
      ],
    );
    assert.equal((await store.show(taken)).message.failures, 0);
    assert.deepEqual((await client.stop('p2')).proved, [taken, later]);
  });

  test('a Stop of a turn that no hook announced proves nothing of the turn before', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, 'hello');
    await printed(store, await client.prompt('p1'));
    const { proved, messages } = await client.stop('p2');
    assert.deepEqual([proved, ids(messages)], [[], [id]]);
  });

  test('a prompt in the middle of its own turn gets nothing and changes nothing', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    await client.prompt('p1');
    const id = await send(store, 'hello');
    const { messages, session } = await client.prompt('p1');
    assert.deepEqual([messages, session?.state], [[], 'busy']);
    assert.equal(await stateOf(store, id), 'ready');
  });

  test('a session start gets no mail, and neither does a compaction', async () => {
    await using store = openStore();
    await send(store, 'hello');
    const client = await startedClient(store);
    assert.deepEqual((await client.start({ told: { compacted: true } })).messages, []);
    assert.equal((await store.counts('a')).ready, 1);
  });

  test('a Stop hands out and keeps the turn alive; five times for one prompt, then the session is idle', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    await client.prompt('p1');
    for (let round = 1; round <= 5; round += 1) {
      const id = await send(store, `m${round}`);
      const stop = await printed(store, await client.stop('p1'));
      assert.deepEqual([ids(stop), stop.session?.state, stop.session?.continuations], [[id], 'busy', round]);
    }
    const rest = await send(store, 'm6');
    const last = await client.stop('p1');
    assert.deepEqual([ids(last), last.session?.state, last.proved.length], [[], 'idle', 1]);
    assert.deepEqual(ids(await client.prompt('p2')), [rest]);
    assert.equal((await store.sessionOf({ sessionId: 's1', process: client.process }))?.continuations, 0);
  });

  test('a delivered message stays open until the Stop that ends the turn which saw it', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, 'hello');
    await printed(store, await client.prompt('p1'));
    await client.batch('p1');
    const isOpen = async () => (await store.show(id)).message.open;
    assert.equal(await isOpen(), true);
    await send(store, 'more');
    await printed(store, await client.stop('p1'));
    assert.equal(await isOpen(), true, 'the Stop handed out text, so the turn goes on');
    await client.stop('p1');
    assert.equal(await isOpen(), false);
  });

  test('what an interrupted turn has seen stays open through later turns', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, 'hello');
    await printed(store, await client.prompt('p1'));
    await client.batch('p1');
    await client.prompt('p2');
    await client.stop('p2');
    assert.deepEqual(ids(await store.list({ agent: 'a', open: true })), [id]);
  });

  test('a subagent neither gets nor proves, and leaves the turn as it is', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const injected = await send(store, 'injected');
    await printed(store, await client.prompt('p1'));
    const waiting = await send(store, 'waiting');
    for (const event of HOOK_EVENTS) {
      const { messages, proved } = await client.event(event, 'p1', { told: { subagent: true } });
      assert.deepEqual([messages, proved], [[], []], event);
    }
    assert.deepEqual([await stateOf(store, injected), await stateOf(store, waiting)], ['leased', 'ready']);
    assert.equal((await store.boundTo('a'))?.state, 'busy');
    assert.deepEqual((await client.batch('p1')).proved, [injected]);
  });

  test('a client that has given up waiting still proves, and is given nothing', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const seen = await send(store, 'seen');
    await printed(store, await client.prompt('p1'));
    const waiting = await send(store, 'waiting');
    const late = await client.batch('p1', { handsOut: false });
    assert.deepEqual([late.proved, late.messages], [[seen], []]);
    const { message } = await store.show(waiting);
    assert.deepEqual([message.state, message.attempts], ['ready', 0]);
  });

  test('a stale bell changes nothing: the session stays idle and its next prompt is a new turn', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    await client.prompt('p1');
    await client.stop('p1');
    const rung = await client.prompt('p2', { onlyBell: true });
    assert.deepEqual([rung.stale, rung.messages], [true, []]);
    assert.equal((await store.boundTo('a'))?.state, 'idle');
    const id = await send(store, 'hello');
    const again = await client.prompt('p2', { onlyBell: true });
    assert.deepEqual([again.stale, ids(again)], [false, [id]]);
  });

  test('a bell that came too late for its client is no stale wake: the prompt goes on and its turn begins', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, 'hello');
    const late = await client.prompt('p1', { onlyBell: true, handsOut: false });
    assert.deepEqual([late.stale, late.session?.state], [false, 'busy']);
    assert.equal((await store.boundTo('a'))?.state, 'busy');
    assert.deepEqual(ids(await client.batch('p1')), [id]);
  });

  test('a bell in the middle of a turn is not blocked', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    await client.prompt('p1');
    assert.equal((await client.prompt('p1', { onlyBell: true })).stale, false);
  });

  test('an event without any prompt id hands out under a turn that the next event proves', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, 'hello');
    const first = await printed(store, await client.event('PostToolBatch', null));
    assert.deepEqual(ids(first), [id]);
    assert.deepEqual((await client.event('Stop', null)).proved, [id]);
  });

  test('a turn that ended by an API error gives back what it left unproven', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, 'hello');
    await printed(store, await client.prompt('p1'));
    const failed = await client.event('StopFailure', 'p1');
    assert.deepEqual([failed.session?.state, failed.returnedTo], ['failed', ['a']]);
    const { message } = await store.show(id);
    assert.deepEqual([message.state, message.failures], ['ready', 0]);
  });

  test('only what fits is leased, the rest waits its turn', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const sent = await store.enqueue(
      Array.from({ length: 6 }, () => ({ agent: 'a', text: 'x'.repeat(3_000) })),
    );
    const first = await client.prompt('p1');
    assert.deepEqual(ids(first), ids(sent).slice(0, 2));
    assert.equal((await store.counts('a')).leased, 2);
    assert.deepEqual(ids(await client.batch('p1')), ids(sent).slice(2, 4));
  });
}
