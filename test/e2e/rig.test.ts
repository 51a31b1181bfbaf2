/** The rig itself, with no part of orq in it: what the scenarios take for granted about the clients. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { closedGate } from './gate.ts';
import { onEachClient } from './on-each-client.ts';
import { bash } from './scripted-answer.ts';

onEachClient(
  'a prompt typed into the terminal reaches the model, and a tool that it calls runs',
  async (scenario) => {
    scenario.api.main.script(
      { text: 'looking', tools: [bash('echo seen-$((40 + 2))')] },
      { text: 'all done' },
    );
    const agent = await scenario.startAgent();
    await agent.prompt('please look');

    const first = await scenario.api.main.next();
    assert.ok(first.news.includes('please look'));
    const second = await scenario.api.main.next();
    assert.ok(second.news.includes('seen-42'));
    assert.ok(!second.news.includes('please look'));
    await agent.waitForScreen('all done');
    await agent.exit();
  },
);

onEachClient('two tools called in one answer come back in one request', async (scenario) => {
  scenario.api.main.script({
    text: '',
    tools: [bash('echo left-$((1 + 1))'), bash('echo right-$((1 + 2))')],
  });
  const agent = await scenario.startAgent();
  await agent.prompt('both at once');

  await scenario.api.main.next();
  const answered = await scenario.api.main.next();
  assert.ok(answered.news.includes('left-2') && answered.news.includes('right-3'));
});

onEachClient('a draft stays in the composer while the agent answers', async (scenario) => {
  const gate = closedGate();
  scenario.api.main.script({ text: 'the whole answer', afterFirstToken: gate });
  const agent = await scenario.startAgent();
  await agent.prompt('take your time');
  await gate.reached;
  await agent.type('half a thou');
  gate.open();

  await agent.waitForScreen('the whole answer');
  assert.equal(await agent.draft(), 'half a thou');
});

onEachClient('Escape before the first token puts the prompt back into the composer', async (scenario) => {
  const gate = closedGate();
  scenario.api.main.script({ text: 'never read', beforeFirstToken: gate });
  const agent = await scenario.startAgent();
  await agent.prompt('take me back');
  const request = await scenario.api.main.next();
  await agent.escape();

  await request.aborted;
  await agent.waitForDraft('the prompt in the composer', (draft) => draft === 'take me back');
  gate.open();
  await agent.submit();
  const again = await scenario.api.main.next();
  assert.equal(again.count('take me back'), 1);
});

onEachClient('a client that runs inside the agent has a conversation of its own', async (scenario) => {
  const child = scenario.api.conversation('errand-7');
  child.script({ text: 'errand finished' });
  scenario.api.main.script({ text: '', tools: [bash('claude -p "errand-7: go"')] });
  const agent = await scenario.startAgent();
  await agent.prompt('send somebody');

  await scenario.api.main.next();
  assert.ok((await child.next()).news.includes('errand-7'));
  assert.ok((await scenario.api.main.next()).news.includes('errand finished'));
});

onEachClient('a subagent has a conversation of its own', async (scenario) => {
  const subagent = scenario.api.conversation('survey-3');
  subagent.script({ text: 'survey finished' });
  const survey = { description: 'survey', prompt: 'survey-3: go', subagent_type: 'general-purpose' };
  scenario.api.main.script({
    text: '',
    tools: [{ name: 'Agent', input: { ...survey } }],
  });
  const agent = await scenario.startAgent();
  await agent.prompt('delegate it');

  await scenario.api.main.next();
  assert.ok((await subagent.next()).news.includes('survey-3'));
  /* 2.1.330 runs it in the background and tells later. */
  await scenario.api.main.nextHolding('survey finished');
});

onEachClient('a session that was killed goes on in the same pane with what was said', async (scenario) => {
  scenario.api.main.script({ text: 'noted for good' });
  const agent = await scenario.startAgent();
  await agent.prompt('remember the heron');
  await scenario.api.main.next();
  await scenario.waitForTranscript('noted for good');
  await agent.kill9();

  const next = await scenario.restartAgent(agent, { args: ['--continue'] });
  assert.equal(next.pane.id, agent.pane.id);
  assert.notEqual(next.pid, agent.pid);
  await next.prompt('what was it');
  assert.ok((await scenario.api.main.next()).holds('remember the heron'));
});

onEachClient(
  'a client that prints ends by itself, after an error that it is told to retry',
  async (scenario) => {
    scenario.api.main.script({ errorStatus: 529 }, { text: 'printed answer' });
    const printed = await scenario.print('answer me');
    assert.deepEqual([printed.exitCode, printed.stdout.trim()], [0, 'printed answer']);
    assert.equal(scenario.api.main.requests.length, 2);
  },
);

onEachClient(
  'the pid of the pane is the client, which has nothing of this process in its environment',
  async (scenario) => {
    const agent = await scenario.startAgent({ environment: { ORQ_MARK: 'here' } });
    const environment = (await readFile(`/proc/${agent.pid}/environ`, 'utf8')).split('\0');
    assert.ok(environment.includes('ORQ_MARK=here'));
    assert.deepEqual(
      environment.filter((entry) => /^(CLAUDECODE|CLAUDE_PID|NODE_TEST_CONTEXT)=/.test(entry)),
      [],
    );
    assert.ok((await readFile(`/proc/${agent.pid}/cmdline`, 'utf8')).startsWith('claude\0'));
  },
);
