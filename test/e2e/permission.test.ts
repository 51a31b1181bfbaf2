/** An agent that waits for its human's answer. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { orqOnEachClient } from './orq-on-each-client.ts';
import { bash } from './scripted-answer.ts';

orqOnEachClient(
  'an agent behind a permission dialog needs a human, and gets its message after the answer',
  async (stage) => {
    const { scenario, orq, agentId } = stage;
    const { main } = scenario.api;
    main.script({
      text: '',
      tools: [bash(`touch ${join(scenario.place.worktree, 'made')} && echo made-$((40 + 2))`)],
    });
    const agent = await scenario.startAgent({ allowedTools: [] });
    await agent.prompt('make it');
    await main.next();
    await orq.agent(agentId, ({ state }) => state === 'needs_human');
    await agent.waitForScreen('Do you want to proceed?');

    const { id } = await orq.send(agentId, 'the heron has landed');
    const { state, waiting } = await orq.show(id);
    assert.deepEqual([state, waiting?.reason], ['ready', 'needs permission']);
    assert.ok((await agent.screen()).includes('Do you want to proceed?'));
    await agent.pane.press('Enter');

    const request = await main.next();
    assert.ok(request.news.includes('made-42'));
    assert.equal(request.count('the heron has landed'), 1);
    await orq.seen(id);
    await orq.idle(agentId);
  },
);
