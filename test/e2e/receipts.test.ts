/** Receipts against what the model was asked. */
import assert from 'node:assert/strict';
import { closedGate } from './gate.ts';
import { heldTool } from './held-tool.ts';
import type { ModelRequest } from './model-request.ts';
import { orqOnEachClient } from './orq-on-each-client.ts';

orqOnEachClient('receipts tell which request held a message, and what proved it', async (stage) => {
  const { scenario, orq, agentId } = stage;
  const { main } = scenario.api;
  const tool = heldTool(scenario, 'dig');
  const gate = closedGate();
  main.script({ text: '', tools: [tool.call] }, { text: 'dug', beforeFirstToken: gate });
  const agent = await scenario.startAgent();
  const { session } = await orq.idle(agentId);

  const sent: { id: number; at: string; seenAt: string; request: ModelRequest }[] = [];
  const atPrompt = await orq.send(agentId, 'the heron has landed', '--wake', 'later');
  await agent.prompt('dig a hole');
  sent.push({ ...atPrompt, at: 'UserPromptSubmit', seenAt: 'PostToolBatch', request: await main.next() });
  await tool.runs();
  const afterTool = await orq.send(agentId, 'the egret has landed');
  await tool.letEnd();
  sent.push({ ...afterTool, at: 'PostToolBatch', seenAt: 'Stop', request: await main.next() });
  const atStop = await orq.send(agentId, 'the stork has landed');
  gate.open();
  sent.push({ ...atStop, at: 'Stop', seenAt: 'Stop', request: await main.next() });
  await orq.idle(agentId);
  const byRing = await orq.send(agentId, 'the crane has landed');
  sent.push({ ...byRing, at: 'UserPromptSubmit', seenAt: 'Stop', request: await main.next() });
  await orq.seen(byRing.id);

  assert.equal(main.requests.length, sent.length);
  for (const { id, at, seenAt, request } of sent) {
    const { state, attempts, text, receipts } = await orq.show(id);
    assert.ok(request.news.includes(text));
    assert.deepEqual([state, attempts], ['delivered', 1]);
    assert.deepEqual(
      receipts.map(({ kind, session, event }) => ({ kind, session, event })),
      [
        { kind: 'queued', session: null, event: null },
        { kind: 'injected', session, event: at },
        { kind: 'seen', session, event: seenAt },
      ],
    );
    const [queuedMs = 0, injectedMs = 0, seenMs = 0] = receipts.map(({ atMs }) => atMs);
    assert.ok(queuedMs <= injectedMs && injectedMs < seenMs && request.atMs < seenMs);
  }
});
