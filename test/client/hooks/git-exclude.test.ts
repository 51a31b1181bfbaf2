import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { installHooks } from '../../../client/hooks/install.ts';
import { uninstallHooks } from '../../../client/hooks/uninstall.ts';
import { HookHome, localSettings, SOCKET } from './hook-home.ts';

const OPTIONS = { socket: SOCKET };

function git(home: HookHome, folder: string, ...args: string[]): string {
  const env = { ...home.host.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  const who = ['-c', 'user.name=t', '-c', 'user.email=t@example.org'];
  return execFileSync('git', ['-C', folder, ...who, ...args], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function repository(home: HookHome): Promise<{ main: string; exclude: string }> {
  const main = await home.worktree('main');
  git(home, main, 'init', '-q');
  git(home, main, 'commit', '-q', '--allow-empty', '-m', 'start');
  return { main, exclude: join(main, '.git/info/exclude') };
}

describe('a settings file that orq makes in a repository', () => {
  it('stays out of git status, in a linked worktree too, until the last install goes', async () => {
    await using home = await HookHome.open();
    const { main, exclude } = await repository(home);
    await writeFile(exclude, '# mine\n*.log');
    const linked = join(home.root, 'linked');
    git(home, main, 'worktree', 'add', '-q', linked);
    const before = await home.snapshot();

    const first = await installHooks({ kind: 'folder', folder: linked }, OPTIONS, home.host);
    assert.equal(first.gitExclude, 'added');
    assert.equal(await readFile(exclude, 'utf8'), '# mine\n*.log\n/.claude/settings.local.json\n');
    const second = await installHooks({ kind: 'folder', folder: main }, OPTIONS, home.host);
    assert.equal(second.gitExclude, 'ignored');
    for (const folder of [main, linked]) assert.equal(git(home, folder, 'status', '--porcelain'), '');

    assert.equal((await uninstallHooks({ kind: 'folder', folder: linked }, home.host)).removedExclude, false);
    assert.equal(git(home, main, 'status', '--porcelain'), '');
    assert.equal((await uninstallHooks({ kind: 'folder', folder: main }, home.host)).removedExclude, true);
    assert.deepEqual(await home.snapshot(), before);
  });

  it('is excluded by its path from the root, whatever characters a folder has', async () => {
    await using home = await HookHome.open();
    const { main } = await repository(home);
    const folder = await home.worktree('main/a [b]*!# ü');
    await installHooks({ kind: 'folder', folder }, OPTIONS, home.host);
    assert.equal(git(home, main, 'status', '--porcelain'), '');
    await home.worktree('main/a b', '{}');
    assert.notEqual(git(home, main, 'status', '--porcelain'), '');
  });

  it('keeps lines that others added behind the line of orq', async () => {
    await using home = await HookHome.open();
    const { main, exclude } = await repository(home);
    await writeFile(exclude, 'a');
    await installHooks({ kind: 'folder', folder: main }, OPTIONS, home.host);
    await appendFile(exclude, 'sub/.claude/settings.local.json\n');
    await uninstallHooks({ kind: 'folder', folder: main }, home.host);
    assert.equal(await readFile(exclude, 'utf8'), 'a\nsub/.claude/settings.local.json\n');
  });

  it('needs no line where the repository ignores it already', async () => {
    await using home = await HookHome.open();
    const { main } = await repository(home);
    await writeFile(join(main, '.gitignore'), '.claude/\n');
    const before = await home.snapshot();
    const report = await installHooks({ kind: 'folder', folder: main }, OPTIONS, home.host);
    assert.equal(report.gitExclude, 'ignored');
    await uninstallHooks({ kind: 'folder', folder: main }, home.host);
    assert.deepEqual(await home.snapshot(), before);
  });

  it('is not hidden where it was there before orq', async () => {
    await using home = await HookHome.open();
    const { main, exclude } = await repository(home);
    await home.write(localSettings(main), '{}');
    const before = await readFile(exclude, 'utf8');
    assert.equal(
      (await installHooks({ kind: 'folder', folder: main }, OPTIONS, home.host)).gitExclude,
      'none',
    );
    assert.equal(await readFile(exclude, 'utf8'), before);
  });

  it('runs nothing that the repository configures', async () => {
    await using home = await HookHome.open();
    const { main } = await repository(home);
    const trap = join(home.root, 'trap');
    const script = await home.write(join(home.root, 'monitor'), `#!/bin/sh\ntouch ${trap}\n`);
    git(home, main, 'config', 'core.fsmonitor', `sh ${script}`);
    await installHooks({ kind: 'folder', folder: main }, OPTIONS, home.host);
    await assert.rejects(readFile(trap), { code: 'ENOENT' });
  });

  it('is written also where there is no git at all', async () => {
    await using home = await HookHome.open();
    const { main } = await repository(home);
    const host = { ...home.host, env: { ...home.host.env, PATH: '/nowhere' } };
    const report = await installHooks({ kind: 'folder', folder: main }, OPTIONS, host);
    assert.deepEqual([report.outcome, report.gitExclude], ['created', 'none']);
  });
});
