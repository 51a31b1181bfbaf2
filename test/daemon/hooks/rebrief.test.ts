import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { suiteDaemon } from '../../support/suite-daemon.ts';
import { until } from '../../support/until.ts';
import { openHookCaller, type Heard, type HookCaller } from './hook-caller.ts';

describe('the rebrief after a compaction', () => {
  const suite = suiteDaemon();
  let number = 0;

  const git = (cwd: string, ...words: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...words], { cwd });

  /** A project with a worktree beside it. */
  function project(): { main: string; worktree: string } {
    const main = suite.folder.at(`project-${++number}`);
    mkdirSync(main);
    git(main, 'init', '-q', '-b', 'trunk');
    git(main, 'commit', '-q', '--allow-empty', '-m', 'x');
    const worktree = `${main}-work`;
    git(main, 'worktree', 'add', '-q', '-b', 'feature', worktree);
    return { main, worktree };
  }

  async function started(cwd: string): Promise<{ agent: string; hooks: HookCaller }> {
    const agent = `rebrief-${++number}`;
    const hooks = openHookCaller(suite.daemon.socket, { session: `s-${agent}`, agent });
    await hooks.say('SessionStart', { source: 'startup', cwd });
    return { agent, hooks };
  }

  async function compacted(hooks: HookCaller): Promise<Heard> {
    await hooks.say('PreCompact', { trigger: 'auto' });
    const given = await hooks.say('SessionStart', { source: 'compact' });
    await hooks.say('PostCompact', { trigger: 'auto', compact_summary: 'so far' });
    return given;
  }

  /** What the daemon looks at beside its hooks shows up in one of the next rebriefs. */
  const telling = (hooks: HookCaller, words: RegExp): Promise<string> =>
    until(async () => {
      const { context } = await compacted(hooks);
      return words.test(context) ? context : undefined;
    });

  it('says who the agent is in place of the bootstrap, and is confirmed like any message', async () => {
    const { agent, hooks } = await started('/nowhere');
    const { context } = await compacted(hooks);
    assert.match(context, new RegExp(`^REBRIEF[^]*as agent "${agent}"`));
    const { messages } = await suite.client.list({ agent });
    assert.equal(messages.length, 1);
    const { receipts } = await suite.client.show({ id: messages[0]?.id ?? 0 });
    assert.deepEqual(
      receipts.map(({ kind, event }) => [kind, event]),
      [
        ['queued', null],
        ['injected', 'SessionStart'],
      ],
    );
  });

  it('repeats the rules of the project, names those that the client loads itself, and tells branch and files', async () => {
    const { main, worktree } = project();
    writeFileSync(`${main}/CLAUDE.md`, 'never push on Fridays\n');
    writeFileSync(`${worktree}/CLAUDE.md`, 'rules of the worktree\n');
    const { hooks } = await started(worktree);
    const context = await telling(hooks, /never push on Fridays[^]*on branch "feature"/);
    assert.match(context, /CLAUDE.md of "[^"]*-work": Claude Code loads it again by itself/);
    assert.doesNotMatch(context, /rules of the worktree/);
    assert.match(context, /with 1 uncommitted files: "\?\? CLAUDE.md"/);
    writeFileSync(`${main}/CLAUDE.md`, 'never push on Mondays\n');
    await telling(hooks, /never push on Mondays/);
  });

  it('takes the words of the project’s own template, and the default where that is bad, with a line in the log', async () => {
    const { main, worktree } = project();
    mkdirSync(`${main}/.claude`);
    writeFileSync(`${main}/.claude/orq-rebrief.md`, 'In our words: {{open}} {{identity}}');
    const { hooks } = await started(worktree);
    await telling(hooks, /^REBRIEF\nIn our words: None\. orq: this session/);
    writeFileSync(`${main}/.claude/orq-rebrief.md`, '{{open}} {{identiy}}');
    await telling(hooks, /^REBRIEF: what orq knows/);
    await suite.daemon.logged((log) => /"event":"template_bad"[^\n]*identiy/.test(log));
  });

  it('comes on request with the next event, and a dry run stores nothing', async () => {
    const { agent, hooks } = await started('/nowhere');
    const dry = await suite.client.rebrief({ agent, dryRun: true });
    assert.match(dry.text, /^REBRIEF[^]*because somebody asked orq for it/);
    assert.deepEqual([dry.id, (await suite.client.list({ agent })).messages], [null, []]);
    const { id } = await suite.client.rebrief({ agent });
    const { context } = await hooks.say('UserPromptSubmit', { prompt_id: 'p1', prompt: 'go' });
    assert.match(context, /^REBRIEF/);
    await hooks.say('Stop', { prompt_id: 'p1' });
    assert.equal((await suite.client.show({ id: id ?? 0 })).state, 'delivered');
  });

  it('reaches an agent in push mode by the same hook, and is proven by its next turn', async () => {
    const { agent, hooks } = await started('/nowhere');
    await suite.client.agentMode({ agent, mode: 'push' });
    const { context } = await compacted(hooks);
    assert.match(context, /^REBRIEF/);
    await hooks.say('UserPromptSubmit', { prompt_id: 'q', prompt: 'x' });
    await hooks.say('Stop', { prompt_id: 'q' });
    const { messages } = await suite.client.list({ agent });
    const { receipts } = await suite.client.show({ id: messages[0]?.id ?? 0 });
    assert.deepEqual(
      receipts.map(({ kind }) => kind),
      ['queued', 'injected', 'seen'],
    );
  });

  it('rings nobody by itself, but mail that came while nobody watched the compaction is rung for after it', async () => {
    const { agent, hooks } = await started('/nowhere');
    let rung = false;
    const bell = hooks.wait().then((heard) => {
      rung = true;
      return heard;
    });
    await compacted(hooks);
    await hooks.say('PreCompact', { trigger: 'auto' });
    await suite.client.enqueue({ agent, text: 'the egret has landed' });
    const { agents } = await suite.client.agents({});
    const waiting = agents.find(({ id }) => id === agent)?.waiting;
    assert.deepEqual([waiting?.reason, rung], ['agent compacting', false]);
    assert.match((await hooks.say('SessionStart', { source: 'compact' })).context, /^REBRIEF/);
    await hooks.say('PostCompact', { trigger: 'auto', compact_summary: 'so far' });
    const { exit, body } = await bell;
    assert.equal(exit, '2');
    const { context } = await hooks.say('UserPromptSubmit', { prompt_id: 'w', prompt: body });
    assert.match(context, /the egret has landed/);
    assert.doesNotMatch(context, /REBRIEF/);
  });

  it('runs nothing that the repository configures', async () => {
    const { main, worktree } = project();
    const trap = suite.folder.at(`trap-${number}`);
    writeFileSync(trap, `#!/bin/sh\ntouch ${trap}-ran\n`);
    chmodSync(trap, 0o755);
    git(main, 'config', 'core.fsmonitor', trap);
    const { hooks } = await started(worktree);
    await telling(hooks, /on branch "feature"/);
    assert.equal(existsSync(`${trap}-ran`), false);
  });
});
