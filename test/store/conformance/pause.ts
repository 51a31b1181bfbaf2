import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INJECTION_CAP } from '../../../src/queue/fence.ts';
import { RESTART_POLICY } from '../../support/restart-policy.ts';
import { admit, clientOf, ids, printed, processOf, send, startedClient, type OpenStore } from './client.ts';

export function judgePause(openStore: OpenStore): void {
  test('nothing is handed to a paused agent, and all of it in order when it is resumed', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    await store.pauseAgents({ agent: 'a' });
    const [low, high] = [await send(store, 'low'), await send(store, 'high', { priority: 9 })];
    assert.deepEqual((await client.prompt('p1')).messages, []);
    assert.deepEqual((await client.batch('p1')).messages, []);
    assert.deepEqual((await client.stop('p1')).messages, []);
    assert.deepEqual(await store.dequeue({ agent: 'a', max: 9 }), []);
    assert.equal((await store.counts('a')).ready, 2);
    await store.resumeAgents({ agent: 'a' }, RESTART_POLICY);
    assert.deepEqual(ids(await client.prompt('p2')), [high, low]);
  });

  test('what a paused agent was given before is proven, and its leases end as ever', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const first = await send(store, 'first');
    await printed(store, await client.prompt('p1'));
    await store.pauseAgents({ agent: 'a' });
    assert.deepEqual((await client.batch('p1')).proved, [first]);
    await store.resumeAgents({ agent: 'a' }, RESTART_POLICY);
    const second = await send(store, 'second');
    await printed(store, await client.batch('p1'));
    await store.pauseAgents({ agent: 'a' });
    assert.deepEqual((await client.end()).returnedTo, ['a']);
    assert.equal((await store.show(second)).message.state, 'ready');
  });

  test('the next part of a long message waits for the resume', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, 'x'.repeat(INJECTION_CAP * 1.5));
    const first = await printed(store, await client.prompt('p1'));
    assert.equal(first.messages[0]?.form.kind, 'part');
    await store.pauseAgents({ agent: 'a' });
    assert.deepEqual((await client.batch('p1')).messages, []);
    assert.deepEqual((await client.batch('p1')).messages, []);
    await store.resumeAgents({ agent: 'a' }, RESTART_POLICY);
    const next = await client.batch('p1');
    assert.deepEqual([ids(next), next.messages[0]?.form], [[id], { kind: 'part', part: 2, parts: 2 }]);
  });

  test('a paused agent is not rung, whatever waits, and says so', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    await send(store, 'injected');
    await printed(store, await client.prompt('p1'));
    await send(store, 'waiting');
    await store.pauseAgents({ agent: 'a' });
    const { readyToWake, unproven, paused } = await store.wakeFacts('a');
    assert.deepEqual(
      { readyToWake, unproven, paused },
      { readyToWake: false, unproven: false, paused: true },
    );
    assert.deepEqual(await store.agentsWithMail(), []);
    assert.equal((await store.agents())[0]?.pausedAtMs, store.clock.nowMs());
    await store.resumeAgents({ agent: 'a' }, RESTART_POLICY);
    assert.deepEqual(await store.agentsWithMail(), ['a']);
    assert.equal((await store.wakeFacts('a')).readyToWake, true);
  });

  test('it holds for the agent, not for its session: the next one is given nothing either', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    await store.pauseAgents({ agent: 'a' });
    await send(store, 'x');
    await client.end();
    const heir = clientOf(store, { sessionId: 's2', process: processOf(200) });
    await heir.start();
    assert.deepEqual((await heir.prompt('q1')).messages, []);
  });

  test('a project or all are paused at once, and each says whether it changed', async () => {
    await using store = openStore();
    const pane = { socket: '/t', serverStart: 1, pane: '%1', project: 'shop', addresses: [] };
    await store.admit({ marked: null, given: 'web', proposed: 'web', pane, mayCreate: true });
    await admit(store, 'a');
    const paused = await store.pauseAgents({ project: 'shop' });
    assert.deepEqual(paused.agents, [{ id: 'web', paused: true, changed: true }]);
    const all = await store.pauseAgents({ all: true });
    assert.deepEqual(
      all.agents.map(({ id, changed }) => [id, changed]),
      [
        ['a', true],
        ['web', false],
      ],
    );
    const resumed = await store.resumeAgents({ all: true }, RESTART_POLICY);
    assert.ok(resumed.agents.every(({ paused: still, changed }) => !still && changed));
  });

  test('nobody, more than one choice, and whoever is not known are refused', async () => {
    await using store = openStore();
    await admit(store, 'a');
    await assert.rejects(store.pauseAgents({}), { code: 'bad_request' });
    await assert.rejects(store.pauseAgents({ agent: 'a', all: true }), { code: 'bad_request' });
    await assert.rejects(store.pauseAgents({ agent: 'b' }), { code: 'not_found' });
    await assert.rejects(store.pauseAgents({ project: 'none' }), { code: 'not_found' });
  });
}
