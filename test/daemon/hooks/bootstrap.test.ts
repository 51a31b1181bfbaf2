import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { INJECTION_CAP } from '../../../src/queue/fence.ts';
import { suiteDaemon } from '../../support/suite-daemon.ts';
import { openHookCaller, type HookCaller } from './hook-caller.ts';

const BOOTSTRAP = /receives messages as agent/;

describe('the bootstrap', () => {
  const suite = suiteDaemon();
  let number = 0;

  function caller(): { agent: string; hooks: HookCaller } {
    const agent = `bootstrap-${++number}`;
    return { agent, hooks: openHookCaller(suite.daemon.socket, { session: `s-${agent}`, agent }) };
  }

  /** A session that did not get the answer to its start. */
  async function untold(): Promise<{ agent: string; hooks: HookCaller }> {
    const own = caller();
    const given = await own.hooks.send('SessionStart', { source: 'startup' });
    assert.match(given.context, BOOTSTRAP);
    given.drop();
    return own;
  }

  it('is told once where its client printed it', async () => {
    const { hooks } = caller();
    assert.match((await hooks.say('SessionStart', { source: 'startup' })).context, BOOTSTRAP);
    assert.equal((await hooks.say('UserPromptSubmit', { prompt_id: 'p1', prompt: 'go' })).body, '');
  });

  it('rides on the next prompt where the answer to the start was not printed, until it is', async () => {
    const { agent, hooks } = await untold();
    const unheard = await hooks.send('UserPromptSubmit', { prompt_id: 'p1', prompt: 'go' });
    assert.ok(unheard.context.includes(`receives messages as agent "${agent}"`), unheard.context);
    unheard.drop();
    assert.equal((await hooks.say('Stop', { prompt_id: 'p1' })).body, '');
    assert.match((await hooks.say('UserPromptSubmit', { prompt_id: 'p2', prompt: 'go' })).context, BOOTSTRAP);
    assert.equal((await hooks.say('UserPromptSubmit', { prompt_id: 'p3', prompt: 'go' })).body, '');
  });

  it('does not ride on text typed in the middle of a turn, which may be taken back', async () => {
    const { hooks } = await untold();
    await hooks.say('PostToolBatch', { prompt_id: 'p1' });
    assert.equal((await hooks.say('UserPromptSubmit', { prompt_id: 'p1', prompt: 'more' })).body, '');
  });

  it('makes no stale wake cost a turn', async () => {
    const { hooks } = await untold();
    const bell = 'orq: mail waiting (bell 0123456789abcdef)';
    const given = await hooks.say('UserPromptSubmit', { prompt_id: 'p1', prompt: bell });
    assert.match(given.body, /"decision":"block"/);
  });

  it('stands before the mail of its prompt, both under the cap', async () => {
    const { agent, hooks } = await untold();
    await suite.client.enqueue([
      { agent, text: 'x'.repeat(4_000) },
      { agent, text: 'y'.repeat(4_000) },
    ]);
    const { context } = await hooks.say('UserPromptSubmit', { prompt_id: 'p1', prompt: 'go' });
    assert.match(context, /^orq: this session receives [^]*\norq delivered 1 message [^]*x{4000}\n/);
    assert.ok(context.length <= INJECTION_CAP);
    assert.match(
      (await hooks.say('PostToolBatch', { prompt_id: 'p1' })).context,
      /^orq delivered 1 .*\n.*\ny/,
    );
  });

  it('gives way to a message that fills the answer alone', async () => {
    const { agent, hooks } = await untold();
    await suite.client.enqueue({ agent, text: 'x'.repeat(8_000) });
    const full = await hooks.say('UserPromptSubmit', { prompt_id: 'p1', prompt: 'go' });
    assert.match(full.context.slice(0, 100), /^orq delivered 1 message /);
    await hooks.say('Stop', { prompt_id: 'p1' });
    assert.match((await hooks.say('UserPromptSubmit', { prompt_id: 'p2', prompt: 'go' })).context, BOOTSTRAP);
  });
});
