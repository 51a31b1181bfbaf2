import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { runningAgents } from '../../../client/hooks/running-agents.ts';
import { HookHome } from './hook-home.ts';

/** Processes that look like Claude Code, ended with the scope. */
class Stage {
  readonly #children: ChildProcess[] = [];

  async start(
    program: string,
    args: string[],
    cwd: string,
    env: Record<string, string> = {},
  ): Promise<number> {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#children.push(child);
    await once(child, 'spawn');
    return child.pid ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
  }
}

async function program(home: HookHome, name: string): Promise<string> {
  const path = join(home.root, name);
  await copyFile('/bin/sleep', path);
  await chmod(path, 0o755);
  return path;
}

describe('agents that run already', () => {
  it('are found in the folder and below it, with their pane', async () => {
    await using home = await HookHome.open();
    await using stage = new Stage();
    const folder = await home.worktree('w');
    const beside = await home.worktree('w2');
    await mkdir(join(folder, 'sub'));
    const claude = await program(home, 'claude');
    const pane = { TMUX: '/tmp/tmux,1/default,77,0', TMUX_PANE: '%4' };
    const inside = await stage.start(claude, ['60'], folder, pane);
    const below = await stage.start(claude, ['60'], join(folder, 'sub'));
    await stage.start(claude, ['60'], beside);
    await stage.start(await program(home, 'orq-hook'), ['60'], folder);
    assert.deepEqual(
      await runningAgents(folder),
      [
        { pid: inside, cwd: folder, version: null, pane: '%4', tmuxSocket: '/tmp/tmux,1/default' },
        { pid: below, cwd: join(folder, 'sub'), version: null, pane: null, tmuxSocket: null },
      ].toSorted((one, other) => one.pid - other.pid),
    );
    const all = await runningAgents();
    assert.ok(all.length >= 3 && all.some(({ cwd }) => cwd === beside));
  });

  it('are known by their script where Node runs them, and an editor of that script is not one', async () => {
    await using home = await HookHome.open();
    await using stage = new Stage();
    const folder = await home.worktree('w');
    const script = await home.write(join(home.root, 'claude-code/cli.js'), 'setInterval(() => {}, 1000)');
    const agent = await stage.start(process.execPath, [script], folder);
    const reader = await stage.start('/usr/bin/tail', ['-f', script], folder);
    const pids = (await runningAgents(folder)).map(({ pid }) => pid);
    assert.deepEqual([pids.includes(agent), pids.includes(reader)], [true, false]);
  });
});
