import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dequeue } from '../../../daemon/routes/dequeue.ts';
import { openArrivals } from '../../../daemon/wake/arrivals.ts';
import { openTestStore } from '../../support/store.ts';
import { openHookCaller } from '../hooks/hook-caller.ts';
import { suiteDaemon } from '../../support/suite-daemon.ts';
import { startTmux } from '../tmux/private-tmux.ts';
import { openConnection } from '../http-call.ts';

describe('a dequeue that waits', () => {
  const suite = suiteDaemon({ env: { ORQ_SWEEP_MS: '100' } });

  it('is answered as soon as a message is there', async () => {
    const waiting = suite.client.dequeue({ agent: 'soon', waitMs: 30_000 });
    await suite.client.ping({});
    const startedMs = performance.now();
    await suite.client.enqueue({ agent: 'soon', text: 'here' });
    const { messages } = await waiting;
    assert.equal(messages[0]?.text, 'here');
    assert.ok(performance.now() - startedMs < 1_000);
  });

  it('at an address that nobody has yet is answered when the agent that comes by it gets mail', async () => {
    using tmux = startTmux(suite.folder.path);
    const pane = tmux.run('new-window', '-d', '-P', '-F', '#{pane_id}', '-n', 'late', 'sleep 600');
    const index = tmux.run('display-message', '-p', '-t', pane, '#{window_index}');
    const waiting = suite.client.dequeue({ agent: `work:${index}`, waitMs: 20_000 });
    await suite.client.ping({});
    const hooks = openHookCaller(suite.daemon.socket, { session: 's-late', headers: tmux.headers(pane) });
    await hooks.say('SessionStart', { source: 'startup' });
    const startedMs = performance.now();
    assert.equal((await suite.client.enqueue({ agent: 'work:late', text: 'here' })).agentKnown, true);
    assert.equal((await waiting).messages[0]?.text, 'here');
    assert.ok(performance.now() - startedMs < 5_000);
  });

  it('is answered when a scheduled message becomes ready, and when a lease is over', async () => {
    await suite.client.enqueue({ agent: 'later', text: 'scheduled', delayMs: 150 });
    const first = await suite.client.dequeue({ agent: 'later', waitMs: 30_000, visibilityMs: 1_000 });
    assert.equal(first.messages[0]?.text, 'scheduled');
    const again = await suite.client.dequeue({ agent: 'later', waitMs: 30_000 });
    assert.deepEqual([again.messages[0]?.text, again.messages[0]?.mayHaveBeenSeen], ['scheduled', true]);
  });

  it('is answered when the end of another message lets one go', async () => {
    const [first] = await suite.client.enqueue([
      { agent: 'ahead', text: 'first', scope: 'global' },
      { agent: 'behind', text: 'second', scope: 'global' },
    ]);
    const waiting = suite.client.dequeue({ agent: 'behind', waitMs: 30_000 });
    await suite.client.ping({});
    await suite.client.ack({ id: first?.id ?? 0 });
    assert.equal((await waiting).messages[0]?.text, 'second');
  });

  it('is answered with nothing when its time is over', async () => {
    assert.deepEqual(await suite.client.dequeue({ agent: 'never', waitMs: 50 }), { messages: [] });
  });

  it('beside another of the same agent gets another message, and each message one of them', async () => {
    const waiting = Array.from({ length: 3 }, () =>
      suite.client.dequeue({ agent: 'shared', waitMs: 30_000 }),
    );
    await suite.client.ping({});
    await suite.client.enqueue({ agent: 'shared', text: '1' });
    await suite.client.enqueue([
      { agent: 'shared', text: '2' },
      { agent: 'shared', text: '3' },
    ]);
    const texts = (await Promise.all(waiting)).map(({ messages }) => messages.map(({ text }) => text).join());
    assert.deepEqual(texts.toSorted(), ['1', '2', '3']);
  });

  it('hears of what comes back in the moment in which it begins to wait', async () => {
    await using store = openTestStore({ inMemory: true });
    const arrivals = openArrivals();
    const parts = { store, arrivals, clock: store.clock, about: { config: { visibilityMs: 300_000 } } };
    const [sent] = await store.enqueue([{ agent: 'a', text: 'x' }]);
    await store.dequeue({ agent: 'a' });
    const ended = (): AbortSignal => new AbortController().signal;
    const waiting = dequeue(parts, { agent: 'a', waitMs: 2_000 }, { ended });
    const { agent } = await store.requeue({ id: sent?.id ?? 0 });
    arrivals.announce([agent]);
    assert.equal((await waiting).messages[0]?.text, 'x');
  });

  it('gives back what it leased in the moment in which its caller went, and the next one has it', async () => {
    await using store = openTestStore({ inMemory: true });
    const arrivals = openArrivals();
    const about = { config: { visibilityMs: 300_000 } };
    const parts = { store, arrivals, clock: store.clock, about };
    const caller = new AbortController();
    const lost = dequeue(parts, { agent: 'a', waitMs: 30_000 }, { ended: () => caller.signal });
    const next = (async () => {
      await store.probe();
      return dequeue(parts, { agent: 'a', waitMs: 30_000 }, { ended: () => new AbortController().signal });
    })();
    await store.probe();
    await store.probe();
    await store.enqueue([{ agent: 'a', text: 'x' }]);
    arrivals.announce(['a']);
    await Promise.resolve();
    caller.abort();
    await assert.rejects(lost, { code: 'shutting_down' });
    const [message] = (await next).messages;
    assert.equal(message?.text, 'x');
    const { failures } = (await store.show(message.id)).message;
    assert.equal(failures, 0);
  });

  it('takes nothing for a caller that is gone', async () => {
    const connection = openConnection(suite.daemon.socket);
    const body = JSON.stringify({ agent: 'gone', waitMs: 30_000 });
    const lost = connection.call({ path: '/v1/dequeue', body }).catch(() => 'lost');
    await suite.client.ping({});
    connection.close();
    assert.equal(await lost, 'lost');
    await suite.client.ping({});
    const { id } = await suite.client.enqueue({ agent: 'gone', text: 'kept' });
    const { state, attempts } = await suite.client.show({ id });
    assert.deepEqual([state, attempts], ['ready', 0]);
  });
});
