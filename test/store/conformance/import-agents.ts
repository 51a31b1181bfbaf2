import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OpenStore } from './client.ts';

export function judgeImportAgents(openStore: OpenStore): void {
  test('agents that come along are known, offline, under their addresses; those that are known stay as they are', async () => {
    await using store = openStore();
    await store.admit({ marked: null, given: 'p:lead', proposed: 'p:lead', pane: null, mayCreate: true });
    const agents = [
      { id: 'p:lead', project: 'other', addresses: ['p:0'] },
      { id: 'p:dev', project: 'p', addresses: ['p:1'] },
    ];
    await store.importPage({ import: 'i', position: 0, agents, messages: [{ agent: 'p:1', text: 'x' }] });
    await store.importCommit({ import: 'i', pages: 1 });
    const known = (await store.agents()).map(({ id, project, addresses }) => [id, project, addresses]);
    assert.deepEqual(known, [
      ['p:dev', 'p', ['p:1']],
      ['p:lead', null, []],
    ]);
    assert.equal((await store.list({}))[0]?.agent, 'p:dev');
  });

  test('a schedule that comes along is added once, also where it was removed since, and its distance counts from its anchor', async () => {
    await using store = openStore();
    const minuteMs = 60_000;
    const schedule = { agent: 'a', text: 'look', everyMs: 30 * minuteMs, name: 'n' };
    const anchorMs = store.clock.nowMs() - 10 * minuteMs;
    const bring = async () => {
      await store.importPage({
        import: 'i',
        position: 0,
        messages: [],
        schedules: [{ item: '1', anchorMs, schedule }],
      });
      return (await store.importCommit({ import: 'i', pages: 1 })).reply.schedules;
    };
    assert.equal(await bring(), 1);
    const [added] = await store.scheduleList({});
    assert.equal(added?.nextAtMs, anchorMs + 30 * minuteMs);
    assert.equal(await bring(), 0);
    await store.scheduleRemove({ id: added?.id ?? 0 });
    assert.equal(await bring(), 0);
    assert.deepEqual(await store.scheduleList({}), []);
  });

  test('agents that have more to read are told by the import', async () => {
    await using store = openStore();
    const messages = [
      { agent: 'a', text: 'x' },
      { agent: 'b', text: 'x', wake: 'later' as const },
      { agent: 'c', text: 'x', state: 'delivered' as const },
    ];
    await store.importPage({ import: 'i', position: 0, messages });
    assert.deepEqual((await store.importCommit({ import: 'i', pages: 1 })).arrivedFor, ['a']);
  });
}
