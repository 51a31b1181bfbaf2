/** Whole messages typed into the real client's pane. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { orqOnEachClient, type Stage } from './orq-on-each-client.ts';
import { bash } from './scripted-answer.ts';

const WORDS = 'the heron has landed\nand the egret too';

async function inPushMode({ orq, agentId }: Stage): Promise<void> {
  await orq.idle(agentId);
  await orq.orqctl('agent', 'mode', 'push', agentId);
}

async function waitsFor({ orq }: Stage, id: number, reason: string): Promise<void> {
  await orq.logged('push_held', (lines) => lines.length > 0);
  const { state, waiting } = await orq.shown(id);
  assert.deepEqual([state, waiting?.reason], ['ready', reason]);
  assert.ok(waiting?.nextTryMs);
  const { waits } = await orq.orqctl<{ waits: { waiting: { reason: string } }[] }>('why', String(id));
  assert.equal(waits[0]?.waiting.reason, reason);
}

orqOnEachClient('an idle agent is typed a whole message, once, and its hooks prove it', async (stage) => {
  const { scenario, orq, agentId } = stage;
  const { main } = scenario.api;
  const agent = await scenario.startAgent();
  await inPushMode(stage);
  const { id } = await orq.enqueue({ agent: agentId, text: WORDS });
  const request = await main.next();
  assert.equal(request.count('the heron has landed'), 1);
  assert.equal(request.count('and the egret too'), 1);
  await orq.agent(agentId, ({ state, leased }) => state === 'idle' && leased === 0);
  const { state, receipts, reason } = await orq.shown(id);
  assert.deepEqual([state, reason], ['delivered', null]);
  assert.deepEqual(
    receipts.map(({ kind, event }) => [kind, event]),
    [
      ['queued', null],
      ['injected', 'push'],
      ['seen', 'Stop'],
    ],
  );
  await agent.waitForDraft('an empty box', (draft) => draft === '');
  assert.equal(main.requests.length, 1);
  assert.deepEqual(orq.events('agent_rung'), []);
});

orqOnEachClient('a draft is left alone, and the message typed when it is gone', async (stage) => {
  const { scenario, orq, agentId } = stage;
  const agent = await scenario.startAgent();
  await inPushMode(stage);
  await agent.type('half a thou');
  const { id } = await orq.enqueue({ agent: agentId, text: WORDS });
  await waitsFor(stage, id, 'draft present');
  assert.equal(await agent.draft(), 'half a thou');
  for (const _letter of 'half a thou') await agent.pane.press('BSpace');
  assert.equal((await scenario.api.main.next()).count('the heron has landed'), 1);
  await orq.seen(id);
});

orqOnEachClient(
  'a permission dialog is left alone; once it was left by Escape, which no hook tells, the message is typed',
  async (stage) => {
    const { scenario, orq, agentId } = stage;
    const { main } = scenario.api;
    const made = join(scenario.place.worktree, 'made');
    main.script({ text: '', tools: [bash(`touch ${made} && echo made`)] });
    const agent = await scenario.startAgent({ allowedTools: [] });
    await inPushMode(stage);
    await agent.prompt('make it');
    await main.next();
    await orq.agent(agentId, ({ state }) => state === 'needs_human');
    await agent.waitForScreen('Do you want to proceed?');
    const { id } = await orq.enqueue({ agent: agentId, text: WORDS });
    // Long enough for looks at the pane.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const { state, waiting } = await orq.shown(id);
    assert.deepEqual([state, waiting?.reason], ['ready', 'needs permission']);
    assert.ok((await agent.screen()).includes('Do you want to proceed?'));
    assert.deepEqual(orq.events('agent_at_rest'), []);
    await agent.escape();
    assert.equal((await main.nextHolding('the heron has landed')).count('the heron has landed'), 1);
    await orq.seen(id);
    assert.equal(orq.events('agent_at_rest').length, 1);
  },
  { ORQ_SILENT_MS: '500' },
);
