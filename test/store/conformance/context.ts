import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LifeFact } from '../../../src/queue/context.ts';
import { clientOf, startedClient, type OpenStore } from './client.ts';

const fact = (kind: LifeFact['kind'], more: Partial<LifeFact> = {}): LifeFact => ({
  kind,
  reason: null,
  transcriptPath: null,
  folder: null,
  summary: null,
  ...more,
});

export function judgeContext(openStore: OpenStore): void {
  test('an agent keeps where its session began, its transcript and the summary of its newest compaction', async () => {
    await using store = openStore();
    assert.equal(await store.contextOf('a'), null);
    const client = await startedClient(store);
    const began = fact('session_start', { folder: '/work', transcriptPath: '/t/1.jsonl' });
    await client.start({ life: began });
    store.clock.move(1_000);
    for (const summary of ['first', 'second'])
      await client.event('PostCompact', 'p1', { life: fact('post_compact', { summary }) });
    const context = await store.contextOf('a');
    assert.deepEqual(context?.summary, { text: 'second', atMs: store.clock.nowMs() });
    const { sessionId, transcriptPath, folder } = context ?? {};
    assert.deepEqual([sessionId, transcriptPath, folder], ['s1', '/t/1.jsonl', '/work']);
  });

  test('what a guest or a subagent tells of its life is not kept', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const guest = clientOf(store, { sessionId: 's2', mayBind: false });
    await guest.start({ life: fact('session_start', { folder: '/guest' }) });
    await client.event('PreCompact', 'p1', { told: { subagent: true }, life: fact('pre_compact') });
    assert.equal(await store.contextOf('a'), null);
  });

  test('what an agent did last is kept beside, and follows its name', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    await client.event('PreCompact', 'p1', { life: fact('pre_compact') });
    await store.keepActivity('a', 'on branch main');
    await store.nameAgent({ agent: 'a', name: 'b' });
    assert.equal(await store.contextOf('a'), null);
    const { activity, sessionId } = (await store.contextOf('b')) ?? {};
    assert.deepEqual([activity, sessionId], ['on branch main', 's1']);
    await store.forgetAgent({ agent: 'b', force: true });
    assert.equal(await store.contextOf('b'), null);
  });
}
