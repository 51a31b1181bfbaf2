import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createClient, type Client } from '../../../client/index.ts';
import { startDaemon, type RunningDaemon } from '../../support/daemon.ts';
import { testFolder } from '../../support/folder.ts';
import { until } from '../../support/until.ts';
import { openHookCaller, type HookCaller } from './hook-caller.ts';
import { startStandIn, type StandIn } from './stand-in.ts';

describe('the confirmation of a hook answer', () => {
  const folder = testFolder();
  let daemon: RunningDaemon;
  let client: Client;
  let process_: StandIn;
  let number = 0;
  before(async () => {
    daemon = await startDaemon({ folder: folder.path });
    client = createClient({ socket: daemon.socket });
    process_ = startStandIn();
  });
  after(async () => {
    await client.close();
    await daemon[Symbol.asyncDispose]();
    await process_[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  /** A session of its own, idle, bound to an agent of its own. */
  async function agentWithMail(text: string): Promise<{ agent: string; id: number; hooks: HookCaller }> {
    const agent = `confirm-${++number}`;
    const hooks = openHookCaller(daemon.socket, { session: `s-${agent}`, agent });
    await hooks.say('SessionStart', { source: 'startup' });
    const { id } = await client.enqueue({ agent, text });
    return { agent, id, hooks };
  }
  const kinds = async (id: number): Promise<string[]> =>
    (await client.show({ id })).receipts.map(({ kind }) => kind);

  it('makes the next event of the turn prove the message seen', async () => {
    const { id, hooks } = await agentWithMail('alpha');
    const given = await hooks.say('UserPromptSubmit', { prompt_id: 'p1', prompt: 'go' });
    assert.match(given.context, /alpha/);
    assert.deepEqual(await kinds(id), ['queued', 'injected']);
    await hooks.say('PostToolBatch', { prompt_id: 'p1' });
    const { state, receipts } = await client.show({ id });
    assert.equal(state, 'delivered');
    assert.deepEqual(
      receipts.map(({ kind, event }) => [kind, event]),
      [
        ['queued', null],
        ['injected', 'UserPromptSubmit'],
        ['seen', 'PostToolBatch'],
      ],
    );
  });

  it('is missed: the message goes back at once, uncharged, when the connection ends', async () => {
    const { id, hooks } = await agentWithMail('beta');
    const given = await hooks.send('UserPromptSubmit', { prompt_id: 'p1', prompt: 'go' });
    assert.match(given.context, /beta/);
    assert.equal((await client.show({ id })).state, 'leased');
    const startedMs = performance.now();
    given.drop();
    const shown = await until(async () => {
      const message = await client.show({ id });
      return message.state === 'ready' ? message : undefined;
    });
    assert.ok(performance.now() - startedMs < 1_000);
    assert.deepEqual([shown.failures, shown.attempts, await kinds(id)], [0, 1, ['queued']]);
    const again = await hooks.say('PostToolBatch', { prompt_id: 'p1' });
    assert.match(again.context, /may have been delivered before/);
  });

  it('that is missing lets no later event prove anything', async () => {
    const { id, hooks } = await agentWithMail('gamma');
    const given = await hooks.send('UserPromptSubmit', { prompt_id: 'p1', prompt: 'go' });
    await hooks.send('Stop', { prompt_id: 'p1' });
    assert.equal((await client.show({ id })).state, 'leased');
    given.drop();
  });

  it('changes nothing once the lease is over', async () => {
    const { id, hooks } = await agentWithMail('delta');
    const given = await hooks.send('UserPromptSubmit', { prompt_id: 'p1', prompt: 'go' });
    await client.requeue({ id });
    await given.confirm();
    assert.deepEqual([(await client.show({ id })).state, await kinds(id)], ['ready', ['queued']]);
  });

  it('with a token that nobody gave out is answered and changes nothing', async () => {
    const { id, hooks } = await agentWithMail('epsilon');
    const given = await hooks.send('UserPromptSubmit', { prompt_id: 'p1', prompt: 'go' });
    await hooks.send('confirm', {}, { 'orq-confirm': '0'.repeat(16) });
    assert.deepEqual(await kinds(id), ['queued']);
    given.drop();
  });

  it('is not asked of a client whose deadline has passed: it is handed nothing', async () => {
    const { id, hooks } = await agentWithMail('zeta');
    const late = { 'orq-deadline-ms': String(Date.now() - 1) };
    const given = await hooks.send('UserPromptSubmit', { prompt_id: 'p1', prompt: 'go' }, late);
    assert.deepEqual([given.body, given.token], ['', undefined]);
    const { state, attempts } = await client.show({ id });
    assert.deepEqual([state, attempts], ['ready', 0]);
    const intime = { 'orq-deadline-ms': String(Date.now() + 60_000) };
    assert.match((await hooks.say('PostToolBatch', { prompt_id: 'p1' }, intime)).context, /zeta/);
  });

  it('that comes too late for a bell does not pass for a stale wake', async () => {
    const { hooks } = await agentWithMail('eta');
    const bell = 'orq: mail waiting (bell 0123456789abcdef)';
    const late = { 'orq-deadline-ms': String(Date.now() - 1) };
    const given = await hooks.send('UserPromptSubmit', { prompt_id: 'p1', prompt: bell }, late);
    assert.equal(given.body, '');
    const { agents } = await client.agents({});
    assert.equal(agents.find(({ session }) => session === hooks.session)?.state, 'busy');
  });

  it('that a killed daemon never got brings the message again, marked', async () => {
    using own = testFolder();
    await using other = await startDaemon({ folder: own.path });
    await using sender = createClient({ socket: other.socket });
    await using claude = startStandIn();
    const hooks = openHookCaller(other.socket, { session: 's', agent: 'a', pid: claude.pid });
    await hooks.say('SessionStart', { source: 'startup' });
    const { id } = await sender.enqueue({ agent: 'a', text: 'theta' });
    const given = await hooks.send('UserPromptSubmit', { prompt_id: 'p1', prompt: 'go' });
    assert.match(given.context, /theta/);
    await other.kill9();
    await other.restart();
    await given.confirm();
    assert.equal((await sender.show({ id })).state, 'ready');
    const again = await hooks.say('PostToolBatch', { prompt_id: 'p1' });
    assert.match(again.context, /theta/);
    assert.match(again.context, /may have been delivered before/);
    await hooks.say('Stop', { prompt_id: 'p1' });
    const { state, failures } = await sender.show({ id });
    assert.deepEqual([state, failures], ['delivered', 0]);
  });
});
