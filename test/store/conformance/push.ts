import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QueueStore } from '../../../src/queue/store.ts';
import type { Pushed } from '../../../src/queue/push.ts';
import { clientOf, ids, kinds, processOf, send, stateOf, type Client, type OpenStore } from './client.ts';

const NONCE = '0123456789abcdef';
const PANE = { socket: '/tmp/tmux', serverStart: 7, pane: '%1', addresses: [] };

/** An agent `a` in a pane, in push mode; without hooks unless a client starts for it. */
async function inPushMode(store: QueueStore): Promise<void> {
  await store.admit({ marked: null, given: 'a', proposed: 'a', pane: PANE, mayCreate: true });
  await store.setMode({ mode: 'push', agent: 'a' });
}

async function next(store: QueueStore, nonce = NONCE): Promise<Pushed> {
  const choice = await store.pushNext('a', nonce);
  assert.ok(choice.kind === 'chosen', choice.kind);
  return choice.push;
}

/** A prompt of the client that holds what was typed. */
const shownTo = ({ process }: Client) => ({
  nonce: NONCE,
  caller: { sessionId: 's1', process },
  promptId: 'p',
});

export function judgePush(openStore: OpenStore): void {
  test('an agent in push mode is given nothing through its hooks, and goes on proving', async () => {
    await using store = openStore();
    await inPushMode(store);
    const client = clientOf(store);
    await client.start();
    await send(store, 'x');
    assert.deepEqual(ids(await client.prompt('p')), []);
    assert.deepEqual(ids(await client.stop('p')), []);
    await store.setMode({ mode: 'pull', agent: 'a' });
    assert.equal(ids(await client.prompt('q')).length, 1);
  });

  test('a hook in push mode changes nothing but its session, whatever waits to be typed', async () => {
    await using store = openStore();
    await inPushMode(store);
    const client = clientOf(store);
    await client.start();
    await send(store, 'x');
    const observed = {
      event: 'PostToolBatch',
      promptId: 'p',
      subagent: false,
      needsHuman: false,
      compacted: false,
    } as const;
    const caller = { sessionId: 's1', process: client.process };
    const noted = await store.note({ caller, observed, client: {}, onlyBell: false, handsOut: true });
    assert.deepEqual([noted?.session?.state, noted?.messages], ['busy', []]);
  });

  test('messages are chosen in their order, one at a time, with their pane and their session', async () => {
    await using store = openStore();
    await inPushMode(store);
    await send(store, 'second');
    const first = await send(store, 'first', { priority: 5 });
    const push = await next(store);
    const { socket, serverStart, pane } = PANE;
    assert.deepEqual(
      [push.id, push.message.text, push.message.mayHaveBeenSeen, push.target, push.session],
      [first, 'first', false, { socket, serverStart, pane }, null],
    );
    assert.deepEqual(await store.pushNext('a', NONCE), { kind: 'none' });
    assert.deepEqual([...(await store.pushes())], [[first, 'chosen']]);
  });

  test('a clock that is set leaves a typed message without an end of time', async () => {
    await using store = openStore();
    await inPushMode(store);
    const id = await send(store, 'x');
    const push = await next(store);
    await store.pushBegin(push);
    for (const stepMs of [86_400_000, -2 * 86_400_000]) {
      store.clock.step(stepMs);
      await store.promote();
      assert.equal((await store.show(id)).message.lease?.untilMs, null);
    }
  });

  test('an agent that pulls is chosen nothing, one without a pane says so', async () => {
    await using store = openStore();
    await store.admit({ marked: null, given: 'a', proposed: 'a', pane: null, mayCreate: true });
    await send(store, 'x');
    assert.deepEqual(await store.pushNext('a', NONCE), { kind: 'none' });
    await store.setMode({ mode: 'push', all: true });
    assert.deepEqual(await store.pushNext('a', NONCE), { kind: 'no_pane' });
  });

  test('what was not typed is ready again in its place, as if nothing had been', async () => {
    await using store = openStore();
    await inPushMode(store);
    const id = await send(store, 'x');
    const push = await next(store);
    assert.equal(await store.pushBegin(push), true);
    await store.pushHeld(push);
    const { message } = await store.show(id);
    assert.deepEqual([message.state, message.attempts, message.lease], ['ready', 0, null]);
    assert.equal((await next(store)).message.mayHaveBeenSeen, false);
  });

  test('without hooks what the client took is delivered, injected and unproven', async () => {
    await using store = openStore();
    await inPushMode(store);
    const id = await send(store, 'x');
    const push = await next(store);
    await store.pushBegin(push);
    await store.pushTaken(push);
    const { message, receipts } = await store.show(id);
    assert.deepEqual([message.state, message.reason, message.open], ['delivered', 'unproven', false]);
    assert.deepEqual(
      receipts.map(({ kind, event }) => [kind, event]),
      [
        ['queued', null],
        ['injected', 'push'],
      ],
    );
    assert.deepEqual(await store.pushNext('a', NONCE), { kind: 'none' });
  });

  test('with hooks the prompt that shows it makes it injected, and its turn proves it seen', async () => {
    await using store = openStore();
    await inPushMode(store);
    const client = clientOf(store);
    await client.start();
    const id = await send(store, 'x');
    const push = await next(store);
    await store.pushBegin(push);
    const shown = shownTo(client);
    assert.deepEqual(await store.pushShown(shown), { id, leaseToken: push.leaseToken });
    await client.prompt('p');
    await store.pushTaken(push);
    assert.deepEqual(await kinds(store, id), ['queued', 'injected']);
    assert.deepEqual((await client.stop('p')).proved, [id]);
    const { message } = await store.show(id);
    assert.deepEqual([message.state, message.reason], ['delivered', null]);
    assert.deepEqual(await kinds(store, id), ['queued', 'injected', 'seen']);
  });

  test('a turn that ends without proof leaves it unproven, and it is not typed again', async () => {
    await using store = openStore();
    await inPushMode(store);
    const client = clientOf(store);
    await client.start();
    const id = await send(store, 'x');
    await store.pushBegin(await next(store));
    await store.pushShown(shownTo(client));
    await client.prompt('p');
    await client.prompt('q');
    const { message } = await store.show(id);
    assert.deepEqual([message.state, message.reason], ['delivered', 'unproven']);
  });

  test('a session that dies before its proof gives the message back, marked', async () => {
    await using store = openStore();
    await inPushMode(store);
    const client = clientOf(store);
    await client.start();
    const id = await send(store, 'x');
    await store.pushBegin(await next(store));
    await store.pushShown(shownTo(client));
    await client.prompt('p');
    await client.end();
    assert.equal(await stateOf(store, id), 'ready');
    assert.equal((await next(store)).message.mayHaveBeenSeen, true);
  });

  test('a text in the middle of a turn, of a guest or of another nonce proves nothing', async () => {
    await using store = openStore();
    await inPushMode(store);
    const client = clientOf(store);
    await client.start();
    await client.prompt('p');
    const id = await send(store, 'x');
    const push = await next(store);
    await store.pushBegin(push);
    const caller = { sessionId: 's1', process: client.process };
    assert.equal(await store.pushShown({ nonce: 'f'.repeat(16), caller, promptId: 'q' }), null);
    const stranger = { sessionId: 's9', process: processOf(900) };
    assert.equal(await store.pushShown({ nonce: NONCE, caller: stranger, promptId: 'q' }), null);
    assert.notEqual(await store.pushShown({ nonce: NONCE, caller, promptId: 'p' }), null);
    assert.deepEqual((await client.stop('p')).proved, []);
    await store.pushTaken(push);
    assert.equal((await store.show(id)).message.reason, 'unproven');
  });

  test('what was begun when the daemon ended is not typed again; what was only chosen is', async () => {
    await using store = openStore();
    await inPushMode(store);
    const begun = await send(store, 'begun', { priority: 1 });
    const chosen = await send(store, 'chosen');
    await store.pushBegin(await next(store));
    assert.deepEqual(await store.pushRecover(), [begun]);
    assert.equal((await next(store, 'a'.repeat(16))).id, chosen);
    assert.deepEqual(await store.pushRecover(), [begun]);
    assert.deepEqual([await stateOf(store, begun), await stateOf(store, chosen)], ['leased', 'ready']);
    store.clock.move(400 * 24 * 3_600_000);
    await store.promote();
    assert.equal(await stateOf(store, begun), 'leased');
    await store.requeue({ id: begun });
    assert.equal((await next(store, 'b'.repeat(16))).message.mayHaveBeenSeen, true);
  });

  test('a prompt that shows what stood unsent settles it', async () => {
    await using store = openStore();
    await inPushMode(store);
    const client = clientOf(store);
    await client.start();
    const id = await send(store, 'x');
    const push = await next(store);
    await store.pushBegin(push);
    await store.pushUnsent(push);
    await store.pushShown(shownTo(client));
    await client.prompt('p');
    assert.deepEqual((await client.stop('p')).proved, [id]);
  });

  test('a message that was acked or withdrawn meanwhile is not begun, and nothing of its push is left', async () => {
    await using store = openStore();
    await inPushMode(store);
    const id = await send(store, 'x');
    const push = await next(store);
    await store.cancel({ id, force: true });
    assert.equal(await store.pushBegin(push), false);
    await store.pushHeld(push);
    await store.pushTaken(push);
    assert.equal(await stateOf(store, id), 'cancelled');
    assert.deepEqual(await kinds(store, id), ['queued']);
  });

  test('agents in push mode are those that have something to be woken for', async () => {
    await using store = openStore();
    await inPushMode(store);
    await send(store, 'x', { wake: 'later' });
    assert.deepEqual(await store.pushAgents(), []);
    await send(store, 'x');
    assert.deepEqual(await store.pushAgents(), ['a']);
    await store.setMode({ mode: 'pull', agent: 'a' });
    assert.deepEqual(await store.pushAgents(), []);
  });

  test('the mode is set of one agent, of a project or of all, and of nobody else', async () => {
    await using store = openStore();
    for (const [given, project] of [
      ['a', 'shop'],
      ['b', 'shop'],
      ['c', 'farm'],
    ] as const)
      await store.admit({
        marked: null,
        given,
        proposed: given,
        pane: { ...PANE, pane: `%${given}`, project, addresses: [`${project}:${given}`] },
        mayCreate: true,
      });
    const modes = async () => (await store.agents()).map(({ mode }) => mode);
    assert.deepEqual(await store.setMode({ mode: 'push', project: 'shop' }), [
      { id: 'a', mode: 'push' },
      { id: 'b', mode: 'push' },
    ]);
    await store.setMode({ mode: 'pull', agent: 'shop:b' });
    assert.deepEqual(await modes(), ['push', 'pull', 'pull']);
    await store.setMode({ mode: 'push', all: true });
    assert.deepEqual(await modes(), ['push', 'push', 'push']);
    for (const bad of [{}, { all: true, agent: 'a' }, { agent: 'a', project: 'shop' }])
      await assert.rejects(store.setMode({ mode: 'pull', ...bad }), { code: 'bad_request' });
    await assert.rejects(store.setMode({ mode: 'pull', agent: 'aa' }), {
      code: 'not_found',
      details: { nearest: 'a' },
    });
    await assert.rejects(store.setMode({ mode: 'pull', project: 'none' }), { code: 'not_found' });
  });
}
