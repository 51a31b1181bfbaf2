/** What push mode types, when, and what becomes of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RESTART_POLICY } from '../../support/restart-policy.ts';
import { MATERIAL } from '../../store/conformance/briefings.ts';
import { clientOf, send } from '../../store/conformance/client.ts';
import { held, openStage, SILENT_MS, TAKEN, written } from './push-stage.ts';

test('the whole message is typed, fenced, and its intent is on disk before the first key', async () => {
  await using stage = await openStage();
  const id = await send(stage.store, 'the \u001b[31mbuild is red\nall of it');
  await stage.push.consider('a');
  const { text, target, as, reasonToHold, shown, answer } = await stage.typing();
  assert.match(
    text,
    /\[orq 0{15}1\] message 1, .*\nthe \\u\{1b\}\[31mbuild is red\nall of it\n\[orq 0{15}1\] end of message 1\n$/,
  );
  assert.deepEqual([target.pane, as, shown], ['%1', 'text', null]);
  assert.equal((await stage.store.pushes()).get(id), 'chosen');
  assert.equal(await reasonToHold(), null);
  assert.equal((await stage.store.pushes()).get(id), 'typing');
  answer(TAKEN);
  await written(stage);
  assert.deepEqual([...stage.metrics.wakes.cells], [['push\u001ftyped', { count: 1 }]]);
  assert.deepEqual([(await stage.show(id)).state, (await stage.show(id)).reason], ['delivered', 'unproven']);
});

test('a briefing wakes nobody, and is typed before the mail, once; without hooks it stays unproven', async () => {
  await using stage = await openStage();
  const { store, push } = stage;
  const { id: briefing } = await store.brief({ agent: 'a' }, { ...MATERIAL, cause: 'restart' });
  assert.deepEqual(await store.pushAgents(), []);
  const news = await send(store, 'the heron has landed');
  assert.deepEqual(await store.pushAgents(), ['a']);
  await push.consider('a');
  const first = await stage.typing();
  assert.match(first.text, /^REBRIEF[^]*as agent "a"[^]*\n\[orq 0{15}1\] end of briefing\n$/);
  assert.equal(await first.reasonToHold(), null);
  first.answer(TAKEN);
  await written(stage);
  const { state, reason } = await stage.show(briefing ?? 0);
  assert.deepEqual([state, reason], ['delivered', 'unproven']);
  await push.consider('a');
  const second = await stage.typing();
  assert.match(second.text, /the heron has landed/);
  assert.doesNotMatch(second.text, /REBRIEF/);
  assert.equal(await second.reasonToHold(), null);
  second.answer(TAKEN);
  await written(stage);
  assert.equal((await stage.show(news)).state, 'delivered');
  await push.consider('a');
  assert.deepEqual(stage.typings, []);
});

test('a briefing that a prompt hook shows is the one of that turn, and proven by its end', async () => {
  await using stage = await openStage();
  const { store, push } = stage;
  const client = clientOf(store);
  await client.start();
  const { id: briefing } = await store.brief({ agent: 'a' }, MATERIAL);
  await send(store, 'x');
  await push.consider('a');
  const { text, reasonToHold, shown, answer } = await stage.typing();
  assert.equal(await reasonToHold(), null);
  await push.shown(text, { sessionId: 's1', process: client.process }, 'p');
  await shown;
  answer({ outcome: 'delivered', proof: 'event' });
  await client.prompt('p');
  await client.stop('p');
  const { state, reason } = await stage.show(briefing ?? 0);
  assert.deepEqual([state, reason], ['delivered', null]);
});

test('one message at a time: the next is typed when the one before is over', async () => {
  await using stage = await openStage();
  await send(stage.store, 'one');
  await send(stage.store, 'two');
  await Promise.all([stage.push.consider('a'), stage.push.consider('a')]);
  const first = await stage.typing();
  await stage.push.consider('a');
  assert.deepEqual(stage.typings, []);
  await first.reasonToHold();
  first.answer(TAKEN);
  await written(stage);
  await stage.push.consider('a');
  assert.match((await stage.typing()).text, /two/);
});

test('what was held waits with the reason, longer each time, and at once after a hook', async () => {
  await using stage = await openStage();
  const { store, push, obstacles } = stage;
  await send(store, 'x');
  for (const pauseMs of [1_000, 2_000, 4_000]) {
    await push.consider('a');
    (await stage.typing()).answer(held('draft present'));
    await written(stage);
    const { code, nextTryMs } = (await obstacles.of('a')) ?? {};
    assert.deepEqual([code, nextTryMs], ['draft_present', store.clock.nowMs() + pauseMs]);
    await push.consider('a');
    assert.deepEqual(stage.typings, []);
    store.clock.move(pauseMs);
  }
  await push.consider('a');
  (await stage.typing()).answer(held('pane in copy mode'));
  await written(stage);
  assert.deepEqual((await obstacles.of('a'))?.detail, 'pane in copy mode');
  push.settled('a');
  await push.consider('a');
  assert.ok(await stage.typing());
});

test('what stands typed and unsent is not typed again, and the next one is', async () => {
  await using stage = await openStage();
  const id = await send(stage.store, 'one');
  await send(stage.store, 'two');
  await stage.push.consider('a');
  const first = await stage.typing();
  await first.reasonToHold();
  first.answer({ outcome: 'typed_not_submitted', reason: 'Enter had no effect' });
  await written(stage);
  assert.equal((await stage.store.pushes()).get(id), 'unsent');
  await stage.push.consider('a');
  assert.match((await stage.typing()).text, /two/);
});

test('a prompt that shows the text answers the arbiter and gives the turn the proof', async () => {
  await using stage = await openStage();
  const client = clientOf(stage.store);
  await client.start();
  const id = await send(stage.store, 'x');
  await stage.push.consider('a');
  const { text, process, reasonToHold, shown, answer } = await stage.typing();
  assert.deepEqual(process, client.process);
  await reasonToHold();
  await stage.push.shown(text, { sessionId: 's1', process: client.process }, 'p');
  await shown;
  await client.prompt('p');
  answer({ outcome: 'delivered', proof: 'event' });
  await written(stage);
  assert.deepEqual((await client.stop('p')).proved, [id]);
});

test('nothing is typed to a busy session, to a paused agent, or for a message that rides along', async () => {
  await using stage = await openStage();
  const { store, push } = stage;
  await send(store, 'x', { wake: 'later' });
  await push.consider('a');
  await send(store, 'x');
  const client = clientOf(store);
  await client.start();
  await client.prompt('p');
  await push.consider('a');
  await client.stop('p');
  await store.pauseAgents({ agent: 'a' });
  await push.consider('a');
  await written(stage);
  assert.deepEqual(stage.typings, []);
});

test('a session whose turn ended without a word is typed to when it has been silent for long', async () => {
  await using stage = await openStage();
  const { store, push } = stage;
  const client = clientOf(store);
  await client.start();
  await send(store, 'one');
  await push.consider('a');
  const first = await stage.typing();
  await first.reasonToHold();
  await push.shown(first.text, { sessionId: 's1', process: client.process }, 'p');
  await client.prompt('p');
  first.answer({ outcome: 'delivered', proof: 'event' });
  await written(stage);
  await send(store, 'two');
  store.clock.move(SILENT_MS - 1);
  await push.consider('a');
  assert.deepEqual(stage.typings, []);
  store.clock.move(1);
  await push.consider('a');
  const second = await stage.typing();
  assert.match(second.text, /two/);
  assert.equal(await second.reasonToHold(), null);
});

test('how long is silent is read at each look', async () => {
  await using stage = await openStage();
  const { store, push, config } = stage;
  const client = clientOf(store);
  await client.start();
  await client.prompt('p');
  await send(store, 'x');
  store.clock.move(100);
  await push.consider('a');
  assert.deepEqual(stage.typings, []);
  config.silentMs = 100;
  await push.consider('a');
  assert.equal(await (await stage.typing()).reasonToHold(), null);
});

test('what changed between the choice and the first key holds it: a turn, a pause, a switch to pull', async () => {
  await using stage = await openStage();
  const { store, push } = stage;
  const client = clientOf(store);
  await client.start();
  const id = await send(store, 'x');
  await push.consider('a');
  const { reasonToHold, answer } = await stage.typing();
  await client.prompt('p');
  assert.equal(await reasonToHold(), 'agent busy');
  await client.stop('p');
  await store.pauseAgents({ agent: 'a' });
  assert.equal(await reasonToHold(), 'paused');
  await store.resumeAgents({ agent: 'a' }, RESTART_POLICY);
  await store.setMode({ mode: 'pull', agent: 'a' });
  assert.equal(await reasonToHold(), 'message withdrawn');
  answer(held('message withdrawn'));
  await written(stage);
  assert.equal((await stage.show(id)).state, 'ready');
});

test('an agent whose pane nobody knows says so', async () => {
  await using stage = await openStage();
  const { store } = stage;
  await store.admit({ marked: null, given: 'b', proposed: 'b', pane: null, mayCreate: true });
  await store.setMode({ mode: 'push', agent: 'b' });
  await send(store, 'x', { agent: 'b' });
  await stage.push.consider('b');
  await written(stage);
  assert.equal((await stage.obstacles.of('b'))?.code, 'no_pane');
});
