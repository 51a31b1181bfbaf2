/** What an agent still knows after its context was compacted. */
import assert from 'node:assert/strict';
import { heldTool } from './held-tool.ts';
import { orqOnEachClient } from './orq-on-each-client.ts';
import { bash } from './scripted-answer.ts';

orqOnEachClient(
  'after /compact the agent is told who it is and what it has open, and is rung for the mail that waits',
  async ({ scenario, orq, agentId }) => {
    const { main } = scenario.api;
    const tool = heldTool(scenario, 'dig');
    main.script({ text: '', tools: [bash('true')] }, { text: '', tools: [tool.call] });
    const agent = await scenario.startAgent();
    await orq.idle(agentId);
    const { id: open } = await orq.send(agentId, 'the heron is still out', '--wake', 'later');
    await agent.prompt('watch the birds');
    await orq.seen(open);
    await tool.runs();
    await agent.escape();
    await agent.waitForScreen('Interrupted');
    const { id: first } = await orq.send(agentId, 'the egret has landed');
    const { id: second } = await orq.send(agentId, 'the crane has landed');

    await agent.type('/compact');
    await agent.pane.press('Enter');
    const request = await main.nextHolding('the crane has landed');
    const news = request.texts.join('\n');
    const order = [
      'REBRIEF',
      `as agent "${agentId}"`,
      'the heron is still out',
      'the egret has landed',
      'the crane has landed',
    ];
    const places = order.map((words) => news.indexOf(words));
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    );
    assert.ok(!places.includes(-1), places.join(' '));
    for (const words of ['the heron is still out', 'the egret has landed', 'the crane has landed'])
      assert.equal(request.count(words), 1, words);
    await orq.seen(second);
    await orq.idle(agentId);
    assert.doesNotMatch(await agent.screen(), /PostCompact[^]*?(?:fail|schema|invalid)|hook error/i);
    const { messages } = await orq.orqctl<{ messages: { id: number; text: string; state: string }[] }>(
      'list',
      '--agent',
      agentId,
    );
    const rebrief = messages.find(({ text }) => text.startsWith('REBRIEF'));
    const { receipts } = await orq.show(rebrief?.id ?? 0);
    assert.deepEqual(
      receipts.map(({ kind }) => kind),
      ['queued', 'injected', 'seen'],
    );
    assert.equal((await orq.show(first)).attempts, 1);
    await tool.letEnd();
  },
);
