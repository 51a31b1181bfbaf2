import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_CAPS } from '../../../src/queue/flood.ts';
import { admit, printed, send, startedClient, stateOf } from '../conformance/client.ts';
import { openTestStore } from '../../support/store.ts';

const open = (caps: Partial<typeof NO_CAPS>) =>
  openTestStore({ inMemory: true, caps: { ...NO_CAPS, ...caps } });

test('a sender over its rate to one agent waits its turn, another sender and another agent do not', async () => {
  await using store = open({ pairPerMinute: 2 });
  const one = await send(store, '1', { from: 'x' });
  const two = await send(store, '2', { from: 'x' });
  const three = await send(store, '3', { from: 'x' });
  const others = [await send(store, '4', { from: 'y' }), await send(store, '5', { agent: 'b', from: 'x' })];
  for (const id of [one, two, ...others]) assert.equal(await stateOf(store, id), 'ready');
  const { message } = await store.show(three);
  assert.deepEqual([message.state, message.readyAtMs - store.clock.nowMs()], ['scheduled', 30_000]);
  assert.match(message.held ?? '', /^held back: more messages/);
  store.clock.move(30_000);
  assert.deepEqual(await store.promote(), ['a']);
  assert.equal((await store.show(three)).message.held, undefined);
});

test('an agent that is over its rate gets the rest later, whoever sends it', async () => {
  await using store = open({ agentPerMinute: 1 });
  await send(store, '1', { from: 'x' });
  const later = await send(store, '2', { from: 'y' });
  assert.equal(await stateOf(store, later), 'scheduled');
  const delayed = await send(store, '3', { delayMs: 3_600_000 });
  assert.equal((await store.show(delayed)).message.held, undefined, 'its own time is later');
});

test('what an agent sends while it has a message in hand carries one hop more, and over the cap it is blocked', async () => {
  await using store = open({ maxHops: 1 });
  const a = await startedClient(store);
  const b = await startedClient(store, { agent: 'b', sessionId: 's2', process: { pid: 7, start: 'b' } });
  const sentBy = (sessionId: string) => ({ caller: { sessionId } });
  const hopsOf = async (id: number) => (await store.show(id)).message.hops ?? 0;
  assert.equal(await hopsOf(await send(store, 'from a person', { agent: 'a' })), 0);
  await printed(store, await a.prompt('p1'));
  const first = await send(store, 'on', { agent: 'b', ...sentBy('s1') });
  assert.deepEqual([await hopsOf(first), await stateOf(store, first)], [1, 'ready']);
  await printed(store, await b.prompt('p1'));
  await b.batch('p1');
  const second = await send(store, 'and back', { agent: 'a', ...sentBy('s2') });
  const { message } = await store.show(second);
  assert.deepEqual(
    [message.hops, message.state, message.held],
    [2, 'blocked', 'held back: 2 hops, the cap is 1'],
  );
  await b.stop('p1');
  assert.equal(await hopsOf(await send(store, 'new', { agent: 'a', ...sentBy('s2') })), 0);
});

test('release makes a held message ready, once, and no other', async () => {
  await using store = open({ agentPerMinute: 1, maxHops: 1 });
  const kept = await send(store, '1');
  const held = await send(store, '2');
  assert.deepEqual(await store.release({ id: held }), { id: held, agent: 'a', state: 'ready' });
  for (const id of [kept, held]) await assert.rejects(store.release({ id }), { code: 'wrong_state' });
  await assert.rejects(store.release({ id: 4711 }), { code: 'not_found' });
  const { message } = await store.show(held);
  assert.deepEqual([message.readyAtMs, message.held], [store.clock.nowMs(), undefined]);
});

test('a held message that died is redriven as one that nobody holds back', async () => {
  await using store = open({ agentPerMinute: 1 });
  await send(store, '1');
  const held = await send(store, '2', { ttlMs: 1_000 });
  store.clock.move(61_000);
  await store.promote();
  assert.equal(await stateOf(store, held), 'dead');
  await store.deadRedrive({ ids: [held] });
  const [, taken] = await store.dequeue({ agent: 'a', max: 2 });
  assert.equal(taken?.id, held);
  await store.requeue({ id: held, delayMs: 1_000 });
  const { message } = await store.show(held);
  assert.deepEqual([message.state, message.held], ['scheduled', undefined]);
  await assert.rejects(store.release({ id: held }), { code: 'wrong_state' });
});

test('one that is redriven in a lane takes its place there, whatever held it back', async () => {
  await using store = open({ maxHops: 1 });
  const [a, b] = [
    await startedClient(store),
    await startedClient(store, { agent: 'b', sessionId: 's2', process: { pid: 7, start: 'b' } }),
  ];
  await send(store, 'begin');
  await printed(store, await a.prompt('p1'));
  await send(store, 'on', { agent: 'b', caller: { sessionId: 's1' } });
  await printed(store, await b.prompt('p1'));
  const more = { scope: 'global', ttlMs: 1_000, caller: { sessionId: 's2' } } as const;
  const held = await send(store, 'over the cap', { agent: 'c', ...more });
  assert.equal(await stateOf(store, held), 'blocked');
  store.clock.move(1_000);
  await store.promote();
  const { moved } = await store.deadRedrive({ ids: [held] });
  assert.deepEqual(moved, [{ id: held, agent: 'c', state: 'ready' }]);
});

test('without caps nothing is counted', async () => {
  await using store = open({});
  await admit(store);
  for (let n = 0; n < 300; n += 1) await send(store, 'x', { from: 'x' });
  assert.equal((await store.counts('a')).ready, 300);
});
