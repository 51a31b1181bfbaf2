import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { suiteDaemon } from '../../support/suite-daemon.ts';
import { openHookCaller, type HookCaller } from './hook-caller.ts';
import { startStandIn } from './stand-in.ts';

describe('the session that speaks for an agent', { timeout: 60_000 }, () => {
  const suite = suiteDaemon();

  const of = (session: string, agent: string, pid: number, entrypoint = 'cli'): HookCaller =>
    openHookCaller(suite.daemon.socket, { session, agent, pid, entrypoint });
  const begin = (hooks: HookCaller) => hooks.say('SessionStart', { source: 'startup' });
  const prompt = (hooks: HookCaller, prompt_id = 'p') =>
    hooks.say('UserPromptSubmit', { prompt_id, prompt: 'x' });
  async function agentNamed(name: string) {
    const { agents } = await suite.client.agents({});
    return agents.find(({ id }) => id === name);
  }

  it('is told who it is, and is shown with its process', async () => {
    await using claude = startStandIn();
    const { context, exit } = await begin(of('told', 'told', claude.pid));
    assert.match(context, /as agent "told"/);
    assert.equal(exit, '0');
    const { state, session, pid } = (await agentNamed('told')) ?? {};
    assert.deepEqual([state, session, pid], ['idle', 'told', claude.pid]);
  });

  it('lets no other living process have its mail, its proof or its waiter', async () => {
    await using claude = startStandIn();
    await using second = startStandIn();
    const [bound, guest] = [of('host', 'host', claude.pid), of('guest', 'host', second.pid)];
    await begin(bound);
    await suite.client.enqueue({ agent: 'host', text: 'private' });
    assert.match((await prompt(bound)).context, /private/);
    const early = guest.wait();
    assert.equal((await begin(guest)).body, '');
    const { exit, body } = await early;
    assert.deepEqual([exit, body], ['0', '']);
    assert.equal((await guest.wait()).exit, '0');
    assert.equal((await prompt(guest)).body, '');
    await guest.say('PostToolBatch', { prompt_id: 'p' });
    await guest.say('Stop', { prompt_id: 'p' });
    await guest.say('SessionEnd', { reason: 'other' });
    const { leased, guests, session } = (await agentNamed('host')) ?? {};
    assert.deepEqual([leased, guests, session], [1, 0, 'host']);
  });

  it('is no run of the client without a terminal that nobody gave a name', async () => {
    await using claude = startStandIn();
    const print = openHookCaller(suite.daemon.socket, {
      session: 'print',
      pid: claude.pid,
      entrypoint: 'sdk-cli',
    });
    assert.equal((await begin(print)).body, '');
    assert.equal(
      (await suite.client.agents({})).agents.some(({ id }) => id === 'work'),
      false,
    );
  });

  it('is replaced by a newcomer once its process is dead', async () => {
    const claude = startStandIn();
    await using second = startStandIn();
    const [bound, newcomer] = [of('dying', 'heir', claude.pid), of('newcomer', 'heir', second.pid)];
    await begin(bound);
    await suite.client.enqueue({ agent: 'heir', text: 'legacy' });
    await prompt(bound);
    await claude.kill9();
    await begin(newcomer);
    assert.equal((await agentNamed('heir'))?.session, 'newcomer');
    const { context } = await prompt(newcomer);
    assert.match(context, /may have been delivered before/);
    assert.match(context, /legacy/);
  });

  it('is one per process: after /clear the new one takes over with what the old one held', async () => {
    await using claude = startStandIn();
    const [old, fresh] = [of('old', 'clear', claude.pid), of('fresh', 'clear', claude.pid)];
    await begin(old);
    await suite.client.enqueue({ agent: 'clear', text: 'kept' });
    await prompt(old);
    await old.say('SessionEnd', { reason: 'clear' });
    await fresh.say('SessionStart', { source: 'clear' });
    assert.equal((await agentNamed('clear'))?.session, 'fresh');
    assert.match((await prompt(fresh)).context, /kept/);
    assert.equal((await old.say('Stop', { prompt_id: 'p' })).body, '');
    assert.equal((await agentNamed('clear'))?.leased, 1);
  });

  it('gives its messages back within two seconds of a kill -9, without a word from it', async () => {
    const claude = startStandIn();
    const hooks = of('killed', 'killed', claude.pid);
    await begin(hooks);
    const { id } = await suite.client.enqueue({ agent: 'killed', text: 'x' });
    await prompt(hooks);
    const consumer = suite.client.dequeue({ agent: 'killed', waitMs: 10_000 });
    await suite.client.ping({});
    const startedMs = performance.now();
    await claude.kill9();
    assert.equal((await consumer).messages[0]?.id, id);
    assert.ok(performance.now() - startedMs < 2_000, `${performance.now() - startedMs} ms`);
    assert.equal((await agentNamed('killed'))?.state, 'offline');
  });

  it('shares nothing with its subagents', async () => {
    await using claude = startStandIn();
    const hooks = of('parent', 'parent', claude.pid);
    await begin(hooks);
    const first = await suite.client.enqueue({ agent: 'parent', text: 'first' });
    await prompt(hooks);
    await suite.client.enqueue({ agent: 'parent', text: 'second' });
    const sub = await hooks.say('PostToolBatch', { prompt_id: 'p', agent_id: 'sub-1', agent_type: 'x' });
    assert.equal(sub.body, '');
    assert.equal((await suite.client.show({ id: first.id })).state, 'leased');
  });

  const QUIET: readonly [event: string, fields: Record<string, unknown>, state: string][] = [
    ['Notification', { notification_type: 'idle_prompt' }, 'busy'],
    ['Notification', { notification_type: 'elicitation_complete' }, 'busy'],
    ['Notification', { notification_type: 'permission_prompt' }, 'needs_human'],
    ['Notification', { notification_type: 'elicitation_dialog' }, 'needs_human'],
    ['Notification', { notification_type: 'agent_needs_input' }, 'needs_human'],
    ['PermissionRequest', { tool_name: 'Bash' }, 'needs_human'],
    ['PreCompact', { trigger: 'auto' }, 'compacting'],
    ['PostCompact', { trigger: 'auto', compact_summary: 'x' }, 'busy'],
    ['StopFailure', { error: 'overloaded' }, 'failed'],
    ['SessionEnd', { reason: 'other' }, 'offline'],
  ];
  for (const [event, fields, state] of QUIET) {
    it(`is ${state} after ${event} ${JSON.stringify(fields)} in a turn, which brings it nothing`, async () => {
      await using claude = startStandIn();
      const agent = `state-${claude.pid}`;
      const hooks = of(agent, agent, claude.pid);
      await begin(hooks);
      await prompt(hooks);
      await suite.client.enqueue({ agent, text: 'x' });
      const { body, exit } = await hooks.say(event, { prompt_id: 'p', ...fields });
      assert.deepEqual([body, exit], ['', '0']);
      assert.equal((await agentNamed(agent))?.state, state);
    });
  }
});
