/** `claude -p` beside an agent and in its worktree: a guest that orq does not hold up. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { closedGate } from './gate.ts';
import { orqOnEachClient } from './orq-on-each-client.ts';
import { bash } from './scripted-answer.ts';

const WORDS = 'the heron has landed';
/** The rig without orq takes under one second from the last answer of a guest to the next request of its host; a waiter that holds it takes 25. */
const ENDS_AT_ONCE_MS = 8_000;
const ROUNDS = 3;
const LATER_AT_MOST = 0.25;
const SLACK_MS = 150;

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

orqOnEachClient(
  'a client that the agent runs in its own turn takes nothing, disturbs nothing and ends at once',
  async ({ scenario, orq, agentId }) => {
    const { main } = scenario.api;
    const guest = scenario.api.conversation('errand-7');
    const gate = closedGate();
    guest.script(
      { text: '', tools: [bash('echo run-$((40 + 2))')] },
      { text: 'errand finished', beforeFirstToken: gate },
    );
    main.script({ text: '', tools: [bash('claude -p "errand-7: go" --allowedTools "Bash(*)"')] });
    const agent = await scenario.startAgent();
    const { session } = await orq.idle(agentId);
    await agent.prompt('send somebody');
    await main.next();
    await guest.next();
    const { id } = await orq.send(agentId, WORDS);
    assert.ok((await guest.next()).news.includes('run-42'));
    const during = await orq.agent(agentId);
    assert.deepEqual([during.session, during.waiter, during.guests], [session, true, 1]);
    assert.equal((await orq.show(id)).state, 'ready');
    const openedMs = Date.now();
    gate.open();

    const next = await main.next();
    assert.ok(next.atMs - openedMs < ENDS_AT_ONCE_MS, `the guest took ${next.atMs - openedMs} ms to end`);
    assert.ok(next.news.includes('errand finished'));
    assert.equal(next.count(WORDS), 1);
    assert.deepEqual(
      guest.requests.filter(({ texts }) => /receives messages as agent|orq delivered/.test(texts.join('\n'))),
      [],
    );
    await orq.seen(id);
    assert.equal((await orq.show(id)).attempts, 1);
    await orq.idle(agentId);
    const after = await orq.agent(agentId, ({ guests }) => guests === 0);
    assert.equal(after.session, session);
    await orq.send(agentId, 'the egret has landed');
    assert.equal((await main.next()).count('the egret has landed'), 1);
  },
);

orqOnEachClient(
  'a client that prints ends as fast with hooks as without, daemon up and down',
  async (stage) => {
    const { scenario, orq } = stage;
    const { worktree, environment } = scenario.place;
    const [without, down] = [join(scenario.folder, 'without'), join(scenario.folder, 'down')];
    for (const folder of [without, down])
      await promisify(execFile)('git', ['init', '--quiet', folder], { env: environment });
    await orq.orqctl('--socket', join(scenario.folder, 'nobody'), 'hooks', 'install', down);
    const tookMs = async (cwd: string): Promise<number> => {
      const printed = await scenario.print('answer me', { cwd });
      assert.deepEqual([printed.exitCode, printed.stdout.trim()], [0, 'ok']);
      return printed.tookMs;
    };

    /* Side by side, so that whatever else the machine does slows all three. */
    const rounds: { withoutMs: number; upMs: number; downMs: number }[] = [];
    while (rounds.length < ROUNDS) {
      const [withoutMs = 0, upMs = 0, downMs = 0] = await Promise.all([without, worktree, down].map(tookMs));
      rounds.push({ withoutMs, upMs, downMs });
    }
    const sessions = orq.events('hook').filter(({ hook }) => hook === 'SessionStart');
    assert.equal(sessions.length, ROUNDS);
    const allowedMs = median(rounds.map(({ withoutMs }) => withoutMs)) * LATER_AT_MOST + SLACK_MS;
    for (const laterMs of [
      median(rounds.map(({ upMs, withoutMs }) => upMs - withoutMs)),
      median(rounds.map(({ downMs, withoutMs }) => downMs - withoutMs)),
    ])
      assert.ok(laterMs <= allowedMs, `${laterMs} ms later, allowed ${allowedMs}: ${JSON.stringify(rounds)}`);
  },
);
