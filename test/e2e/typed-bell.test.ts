/** The last rung alone: no waiter, no inbox, a bell typed into the real client's pane. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { readFile, writeFile } from 'node:fs/promises';
import { heldTool } from './held-tool.ts';
import { orqOnEachClient, type Stage } from './orq-on-each-client.ts';
import { bash } from './scripted-answer.ts';

const TMUX_ALONE = { ORQ_RUNGS: 'tmux' };

/** The session is idle and has proven what it got; waiters do not matter here. */
async function quiet({ orq, agentId }: Stage): Promise<void> {
  await orq.agent(agentId, ({ state, leased }) => state === 'idle' && leased === 0);
}

orqOnEachClient(
  'a bell typed into a detached pane wakes an idle agent, in copy mode as well',
  async (stage) => {
    const { scenario, orq, agentId } = stage;
    const { main } = scenario.api;
    const agent = await scenario.startAgent();
    for (const words of ['heron', 'egret']) {
      await quiet(stage);
      if (words === 'egret') await scenario.terminal.tmux('copy-mode', '-t', agent.pane.id);
      const { id } = await orq.send(agentId, `the ${words} has landed`);
      assert.equal((await main.next()).count(`the ${words} has landed`), 1);
      await orq.seen(id);
    }
    assert.equal(main.requests.length, 2);
    assert.equal(await agent.draft(), '');
  },
  TMUX_ALONE,
);

orqOnEachClient(
  'a draft holds the bell back and stays as it is, and the bell comes when it is gone',
  async (stage) => {
    const { scenario, orq, agentId } = stage;
    const agent = await scenario.startAgent();
    await quiet(stage);
    await agent.type('half a thou');
    await agent.waitForDraft('the draft', (draft) => draft === 'half a thou');
    const { id } = await orq.send(agentId, 'the heron has landed');
    await orq.agent(agentId, ({ waiting }) => waiting?.reason === 'draft present');
    assert.equal(await agent.draft(), 'half a thou');
    assert.equal(scenario.api.main.requests.length, 0);
    for (const _letter of 'half a thou') await agent.pane.press('BSpace');
    assert.equal((await scenario.api.main.next()).count('the heron has landed'), 1);
    await orq.seen(id);
  },
  TMUX_ALONE,
);

orqOnEachClient(
  'a permission dialog is never answered by a bell',
  async (stage) => {
    const { scenario, orq, agentId } = stage;
    const { main } = scenario.api;
    const made = join(scenario.place.worktree, 'made');
    main.script({ text: '', tools: [bash(`touch ${made} && echo made-$((40 + 2))`)] });
    const agent = await scenario.startAgent({ allowedTools: [] });
    await agent.prompt('make it');
    await agent.waitForScreen('Do you want to proceed?');
    await orq.agent(agentId, ({ state }) => state === 'needs_human');
    const { id } = await orq.send(agentId, 'the heron has landed', '--priority', '100');
    const { waiting } = await orq.show(id);
    assert.equal(waiting?.reason, 'needs permission');
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    assert.ok((await agent.screen()).includes('Do you want to proceed?'));
    await assert.rejects(readFile(made));
    await agent.pane.press('Enter');
    await main.nextHolding('the heron has landed');
    await orq.seen(id);
  },
  { ...TMUX_ALONE, ORQ_SILENT_MS: '500' },
);

orqOnEachClient(
  'an agent whose waiter was spent in a turn that was interrupted afterwards is woken by a bell',
  async (stage) => {
    const { scenario, orq, agentId } = stage;
    const { main } = scenario.api;
    const tool = heldTool(scenario, 'dig');
    main.script({ text: '', tools: [tool.call] });
    const agent = await scenario.startAgent();
    await agent.prompt('dig a hole');
    await main.next();
    await tool.runs();
    const { id } = await orq.send(agentId, 'the heron has landed');
    await orq.logged('agent_rung', (lines) => lines.length > 0);
    await agent.escape();
    await agent.waitForScreen('Interrupted');
    await main.nextHolding('the heron has landed');
    await orq.seen(id);
    await tool.letEnd();
  },
  { ORQ_SILENT_MS: '1000' },
);

orqOnEachClient(
  'a bell is typed in the normal mode of vim',
  async (stage) => {
    const { scenario, orq, agentId } = stage;
    const file = join(scenario.place.home, '.claude.json');
    const settings = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(file, JSON.stringify({ ...settings, editorMode: 'vim' }));
    const agent = await scenario.startAgent();
    await quiet(stage);
    await agent.waitForScreen('-- INSERT --');
    await agent.escape();
    await agent.pane.waitFor('the normal mode', (screen) => !screen.includes('-- INSERT --'));
    const { id } = await orq.send(agentId, 'the heron has landed');
    assert.equal((await scenario.api.main.next()).count('the heron has landed'), 1);
    await orq.seen(id);
  },
  TMUX_ALONE,
);
