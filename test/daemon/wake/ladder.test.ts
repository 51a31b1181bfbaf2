import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { suiteDaemon } from '../../support/suite-daemon.ts';
import { until } from '../../support/until.ts';
import { openHookCaller } from '../hooks/hook-caller.ts';
import { stage } from '../pane/typing-stage.ts';

const BELL = /^orq: mail waiting \(bell ([0-9a-f]{16})\)$/;

describe('the wake ladder', { concurrency: true, timeout: 60_000 }, () => {
  const suite = suiteDaemon({
    env: { ORQ_SWEEP_MS: '100', ORQ_SILENT_MS: '1500', ORQ_RUNGS: 'inbox,tmux' },
    withTmux: true,
  });
  const inboxes: Server[] = [];
  after(() => {
    for (const inbox of inboxes) inbox.close();
  });

  const rungs = (agent: string): string[] =>
    suite.daemon
      .log()
      .split('\n')
      .filter((line) => line.includes('"agent_rung"') && line.includes(`"agent":"${agent}"`))
      .map((line) => (JSON.parse(line) as { rung: string }).rung);

  /** An agent in a pane with the scripted program; its hooks are the test's. */
  async function inPane(agent: string, settings: Readonly<Record<string, string>> = {}) {
    const pane = await stage(suite.tmux, suite.folder.path, settings);
    const pid = Number(suite.tmux.run('display-message', '-p', '-t', pane.target.pane, '#{pane_pid}'));
    const headers = suite.tmux.headers(pane.target.pane);
    const hooks = openHookCaller(suite.daemon.socket, { session: `s-${agent}`, agent, pid, headers });
    await hooks.say('SessionStart', { source: 'startup' });
    await hooks.say('UserPromptSubmit', { prompt_id: 'p0', prompt: 'x', permission_mode: 'default' });
    await hooks.say('Stop', { prompt_id: 'p0' });
    return { pane, hooks };
  }

  async function inbox(name: string): Promise<{ path: string; lines: string[] }> {
    const path = join(suite.folder.path, name);
    const lines: string[] = [];
    const server = createServer((socket) => socket.on('data', (bytes) => lines.push(bytes.toString())));
    inboxes.push(server);
    await new Promise<void>((resolve) => server.listen(path, resolve));
    chmodSync(path, 0o600);
    return { path, lines };
  }

  it('types one bell into the pane of an idle agent, and its event is the evidence', async () => {
    const { pane, hooks } = await inPane('typed');
    await suite.client.enqueue({ agent: 'typed', text: 'wake' });
    await suite.client.enqueue({ agent: 'typed', text: 'and more' });
    const [prompt = ''] = await until(() => (pane.submitted().length > 0 ? pane.submitted() : undefined));
    assert.match(prompt, BELL);
    const given = await hooks.say('UserPromptSubmit', { prompt_id: 'p1', prompt });
    assert.match(given.context, /wake[^]*and more/);
    await hooks.say('Stop', { prompt_id: 'p1' });
    assert.equal(pane.submitted().length, 1);
    await until(() => (rungs('typed').length > 0 ? true : undefined));
    assert.deepEqual(rungs('typed'), ['tmux']);
  });

  it('says why nothing is typed, and types when that is over', async () => {
    const { pane } = await inPane('held', { draft: 'half a thou' });
    const { id } = await suite.client.enqueue({ agent: 'held', text: 'wake' });
    const waiting = await until(async () => {
      const shown = await suite.client.show({ id });
      return shown.waiting?.reason === 'draft present' ? shown.waiting : undefined;
    });
    assert.ok(waiting.nextTryMs !== null);
    assert.match(pane.screen(), /half a thou/);
    suite.tmux.run('send-keys', '-t', pane.target.pane, '-l', '\r');
    await until(() => (pane.submitted().some((text) => BELL.test(text)) ? true : undefined));
    assert.equal(pane.submitted()[0], 'half a thou');
  });

  it('types nothing at an agent that needs a human, however long it is silent', async () => {
    const { pane, hooks } = await inPane('asked', { screen: 'dialog' });
    await hooks.say('UserPromptSubmit', { prompt_id: 'p1', prompt: 'x' });
    await hooks.say('PermissionRequest', { prompt_id: 'p1' });
    const { id } = await suite.client.enqueue({ agent: 'asked', text: 'wake' });
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    assert.deepEqual([pane.submitted(), pane.keys()], [[], []]);
    assert.equal((await suite.client.show({ id })).waiting?.reason, 'needs permission');
  });

  it('types when the dialog was left by Escape, which no hook tells', async () => {
    const { pane, hooks } = await inPane('escaped');
    await hooks.say('UserPromptSubmit', { prompt_id: 'p1', prompt: 'x' });
    await hooks.say('PermissionRequest', { prompt_id: 'p1' });
    await suite.client.enqueue({ agent: 'escaped', text: 'wake' });
    await until(() => (pane.submitted().length > 0 ? true : undefined));
    assert.match(pane.submitted()[0] ?? '', BELL);
  });

  it('writes a line to an inbox, and types where no event follows', async () => {
    const { path, lines } = await inbox('in.sock');
    const { pane, hooks } = await inPane('inbox');
    await hooks.say('UserPromptSubmit', { prompt_id: 'p1', prompt: 'x' }, { 'orq-inbox': path });
    await hooks.say('Stop', { prompt_id: 'p1', permission_mode: 'plan' });
    await suite.client.enqueue({ agent: 'inbox', text: 'wake' });
    const [line = ''] = await until(() => (lines.length > 0 ? lines : undefined));
    const { type, message } = JSON.parse(line) as {
      type: string;
      message: { role: string; content: string };
    };
    assert.deepEqual([type, message.role], ['user', 'user']);
    assert.match(message.content, BELL);
    await until(() => (pane.submitted().length > 0 ? true : undefined));
    assert.deepEqual(lines.length, 1);
  });

  it('leaves an inbox alone whose session asks nobody for permission', async () => {
    const { path, lines } = await inbox('bypass.sock');
    const { pane, hooks } = await inPane('bypass');
    const more = { permission_mode: 'bypassPermissions' };
    await hooks.say('UserPromptSubmit', { prompt_id: 'p1', prompt: 'x', ...more }, { 'orq-inbox': path });
    await hooks.say('Stop', { prompt_id: 'p1', ...more });
    await suite.client.enqueue({ agent: 'bypass', text: 'wake' });
    await until(() => (pane.submitted().length > 0 ? true : undefined));
    assert.deepEqual(lines, []);
  });

  it('never rings for a message that says later', async () => {
    const { pane } = await inPane('later');
    await suite.client.enqueue({ agent: 'later', text: 'x', wake: 'later' });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    assert.deepEqual([pane.submitted(), rungs('later')], [[], []]);
  });

  it('does not follow a client in circles that answers every ring with an event and takes nothing', async () => {
    const { path, lines } = await inbox('circle.sock');
    const hooks = openHookCaller(suite.daemon.socket, { session: 's-circle', agent: 'circle' });
    const inboxHeader = { 'orq-inbox': path };
    await hooks.say('SessionStart', { source: 'startup' }, inboxHeader);
    await hooks.say('UserPromptSubmit', { prompt_id: 'p', prompt: 'x', permission_mode: 'plan' });
    await hooks.say('Stop', { prompt_id: 'p' });
    await suite.client.enqueue({ agent: 'circle', text: 'x', priority: 100 });
    const endMs = performance.now() + 6_000;
    for (let seen = 0; performance.now() < endMs;)
      if (lines.length > seen) {
        seen = lines.length;
        await hooks.say('Stop', { prompt_id: 'p' }, { 'orq-deadline-ms': '1' });
      } else await new Promise((resolve) => setTimeout(resolve, 20));
    assert.ok(lines.length > 5 && lines.length <= 11, `${lines.length} rings`);
  });
});
