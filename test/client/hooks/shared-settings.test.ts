import assert from 'node:assert/strict';
import { readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { checkHooks } from '../../../client/hooks/check.ts';
import { installHooks } from '../../../client/hooks/install.ts';
import { uninstallHooks } from '../../../client/hooks/uninstall.ts';
import { uninstallAll } from '../../../client/rollout/uninstall-all.ts';
import { HookHome, localSettings, readJson, SOCKET } from './hook-home.ts';

const OPTIONS = { socket: SOCKET };
const OLD = {
  hooks: { Stop: [{ hooks: [{ type: 'command', command: 'python3 .claude/hooks/check_queue.py' }] }] },
};
const projectSettings = (folder: string): string => join(folder, '.claude/settings.json');
const targetOf = (folder: string) => ({ kind: 'folder', folder }) as const;

/** Worktrees whose local settings are one file, the first one's. */
async function sharing(home: HookHome, ...names: readonly [string, ...string[]]) {
  const [first = '', ...others] = await Promise.all(names.map((name) => home.worktree(name, '{"a": 1}')));
  for (const folder of others) {
    await rm(localSettings(folder));
    await symlink(localSettings(first), localSettings(folder));
  }
  return [first, ...others].map(targetOf);
}

describe('worktrees that share a settings file', () => {
  it('keep the hooks until the last of them is uninstalled, and then have every byte again', async () => {
    await using home = await HookHome.open();
    const [one, two, three] = (await sharing(home, 'a', 'b', 'c')) as [Target, Target, Target];
    const before = await home.snapshot();
    for (const each of [one, two, three]) await installHooks(each, OPTIONS, home.host);
    const first = await uninstallHooks(one, home.host);
    assert.deepEqual(
      [first.outcome, first.sharedWith],
      ['shared', [localSettings(two.folder), localSettings(three.folder)]],
    );
    assert.equal((await checkHooks(two, OPTIONS, home.host)).ours.complete, true);
    assert.equal((await uninstallHooks(one, home.host)).outcome, 'shared');
    assert.equal((await uninstallHooks(three, home.host)).outcome, 'shared');
    assert.equal((await uninstallHooks(two, home.host)).outcome, 'restored');
    assert.deepEqual(await home.snapshot(), before);
  });

  it('count no worktree that is gone, or has settings of its own by now', async () => {
    await using home = await HookHome.open();
    const [one, two, three] = (await sharing(home, 'a', 'b', 'c')) as [Target, Target, Target];
    for (const each of [one, two, three]) await installHooks(each, OPTIONS, home.host);
    await rm(two.folder, { recursive: true });
    await rm(localSettings(three.folder));
    await home.write(localSettings(three.folder), '{}');
    assert.equal((await uninstallHooks(one, home.host)).outcome, 'restored');
  });

  it('lose the hooks together where the file is named itself, or all are uninstalled', async () => {
    await using home = await HookHome.open();
    const [one, two] = (await sharing(home, 'a', 'b')) as [Target, Target];
    const file = localSettings(one.folder);
    for (const uninstall of [
      () => uninstallHooks({ kind: 'file', file }, home.host),
      () => uninstallAll(home.host),
    ]) {
      for (const each of [one, two]) await installHooks(each, OPTIONS, home.host);
      await uninstall();
      assert.equal(await readFile(file, 'utf8'), '{"a": 1}');
    }
  });

  it('get the old system back with the last of them: nobody is served by both', async () => {
    await using home = await HookHome.open();
    const [one, two] = (await sharing(home, 'a', 'b')) as [Target, Target];
    for (const { folder } of [one, two]) await home.write(projectSettings(folder), JSON.stringify(OLD));
    const before = await home.snapshot();
    for (const each of [one, two]) await installHooks(each, OPTIONS, home.host);
    await uninstallHooks(one, home.host);
    assert.deepEqual(await readJson(projectSettings(one.folder)), {});
    const { putBack } = await uninstallHooks(two, home.host);
    assert.deepEqual(
      putBack,
      [two, one].map(({ folder }) => projectSettings(folder)),
    );
    assert.deepEqual(await home.snapshot(), before);
  });

  it('that share only what the old system wrote keep it out while one of them has orq’s hooks', async () => {
    await using home = await HookHome.open();
    const [one, two] = [targetOf(await home.worktree('a')), targetOf(await home.worktree('b', '{}'))];
    await home.write(projectSettings(one.folder), JSON.stringify(OLD));
    await symlink(projectSettings(one.folder), projectSettings(two.folder));
    const before = await home.snapshot();
    for (const each of [one, two]) await installHooks(each, OPTIONS, home.host);
    const first = await uninstallHooks(one, home.host);
    assert.deepEqual([first.outcome, first.sharedWith], ['removed', [projectSettings(two.folder)]]);
    assert.deepEqual((await checkHooks(two, OPTIONS, home.host)).oldIn, []);
    await uninstallHooks(two, home.host);
    assert.deepEqual(await home.snapshot(), before);
  });
});

type Target = ReturnType<typeof targetOf>;
