import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { checkHooks } from '../../../client/hooks/check.ts';
import { installHooks } from '../../../client/hooks/install.ts';
import { uninstallHooks } from '../../../client/hooks/uninstall.ts';
import { HookHome, isOrqError, localSettings, readJson, SOCKET } from './hook-home.ts';
import { OLD_COMMANDS, oldSettingsText } from './settings-arbitrary.ts';

const OPTIONS = { socket: SOCKET };
const handlerOf = (command: string) => ({ type: 'command', command });
const THEIRS = handlerOf('notify done');

/** Settings with every old form at one event, beside a hook of somebody else. */
const OLD = {
  model: 'opus',
  hooks: {
    Stop: [{ matcher: '.*', hooks: [...OLD_COMMANDS.map(handlerOf), THEIRS] }],
    PostToolUse: [{ matcher: '.*', hooks: [handlerOf(OLD_COMMANDS[0] ?? '')] }],
  },
};
const OLD_TEXT = `${JSON.stringify(OLD, null, 4)}\n`;

type Hooks = { hooks?: Record<string, { hooks: { command: string }[] }[]> };
const commandsOf = (settings: unknown): string[] =>
  Object.values((settings as Hooks).hooks ?? {}).flatMap((groups) =>
    groups.flatMap(({ hooks }) => hooks.map(({ command }) => command)),
  );
const oldIn = (settings: unknown): string[] =>
  commandsOf(settings).filter((command) => OLD_COMMANDS.includes(command));
const projectSettings = (folder: string): string => join(folder, '.claude/settings.json');

describe('hooks of the old system', () => {
  it('are taken out by an install, in both files of a folder; those of others stay', async () => {
    await using home = await HookHome.open();
    const folder = await home.worktree('w', OLD_TEXT);
    await home.write(projectSettings(folder), OLD_TEXT);
    const target = { kind: 'folder', folder } as const;
    const before = await home.snapshot();
    assert.deepEqual((await checkHooks(target, {}, home.host)).oldIn.length, 2);
    const report = await installHooks(target, OPTIONS, home.host);
    assert.deepEqual(report.replacedOld, [
      { file: localSettings(folder), handlers: 7 },
      { file: projectSettings(folder), handlers: 7 },
    ]);
    for (const file of [localSettings(folder), projectSettings(folder)]) {
      assert.deepEqual(oldIn(await readJson(file)), []);
      assert.ok(commandsOf(await readJson(file)).includes(THEIRS.command));
    }
    assert.deepEqual((await checkHooks(target, { socket: SOCKET }, home.host)).findings, []);
    assert.equal((await installHooks(target, OPTIONS, home.host)).outcome, 'unchanged');
    assert.deepEqual((await uninstallHooks(target, home.host)).putBack, [projectSettings(folder)]);
    assert.deepEqual(await home.snapshot(), before);
  });

  it('come back beside what others wrote meanwhile', async () => {
    await using home = await HookHome.open();
    const folder = await home.worktree('w', OLD_TEXT);
    const target = { kind: 'folder', folder } as const;
    await installHooks(target, OPTIONS, home.host);
    const edited = (await readJson(localSettings(folder))) as Record<string, unknown>;
    await home.write(localSettings(folder), JSON.stringify({ ...edited, model: 'haiku' }));
    assert.equal((await uninstallHooks(target, home.host)).outcome, 'changed');
    const after = (await readJson(localSettings(folder))) as Record<string, unknown>;
    assert.equal(after['model'], 'haiku');
    assert.deepEqual(commandsOf(after).toSorted(), commandsOf(OLD).toSorted());
  });

  it('do not come twice where somebody has put them back', async () => {
    await using home = await HookHome.open();
    const folder = await home.worktree('w', OLD_TEXT);
    await installHooks({ kind: 'folder', folder }, OPTIONS, home.host);
    await home.write(localSettings(folder), OLD_TEXT);
    await uninstallHooks({ kind: 'folder', folder }, home.host);
    assert.equal(await readFile(localSettings(folder), 'utf8'), OLD_TEXT);
  });

  it('that somebody put in after an install come back as they were before the next one', async () => {
    await using home = await HookHome.open();
    const target = { kind: 'folder', folder: await home.worktree('w', '{\n  "model": "opus"\n}\n') } as const;
    const file = localSettings(target.folder);
    await installHooks(target, OPTIONS, home.host);
    const stop = { hooks: [handlerOf(OLD_COMMANDS[0] ?? '')] };
    const installed = (await readJson(file)) as { hooks: { Stop: unknown[] } };
    installed.hooks.Stop.push(stop);
    await home.write(file, `${JSON.stringify(installed, null, 2)}\n`);
    assert.equal((await installHooks(target, OPTIONS, home.host)).replacedOld.length, 1);
    assert.deepEqual(oldIn(await readJson(file)), []);
    assert.equal((await uninstallHooks(target, home.host)).outcome, 'restored');
    const expected = { model: 'opus', hooks: { Stop: [stop] } };
    assert.equal(await readFile(file, 'utf8'), `${JSON.stringify(expected, null, 2)}\n`);
  });

  it('that somebody put into a file of orq’s own making keep the file there', async () => {
    await using home = await HookHome.open();
    const target = { kind: 'folder', folder: await home.worktree('w') } as const;
    const file = localSettings(target.folder);
    await installHooks(target, OPTIONS, home.host);
    const installed = (await readJson(file)) as { hooks: Record<string, unknown> };
    const added = [{ hooks: [handlerOf(OLD_COMMANDS[0] ?? '')] }];
    installed.hooks['PostToolUse'] = added;
    await home.write(file, JSON.stringify(installed, null, 2));
    await installHooks(target, OPTIONS, home.host);
    await uninstallHooks(target, home.host);
    assert.deepEqual(await readJson(file), { hooks: { PostToolUse: added } });
  });

  it('come back where somebody has put back only some of them, and those once', async () => {
    await using home = await HookHome.open();
    const target = { kind: 'folder', folder: await home.worktree('w', OLD_TEXT) } as const;
    const file = localSettings(target.folder);
    for (const again of [false, true]) {
      await installHooks(target, OPTIONS, home.host);
      const installed = (await readJson(file)) as { hooks: Record<string, unknown[]> };
      installed.hooks['PostToolUse'] = OLD.hooks.PostToolUse;
      await home.write(file, JSON.stringify(installed, null, 4));
      if (again) await installHooks(target, OPTIONS, home.host);
      await uninstallHooks(target, home.host);
      const after = await readJson(file);
      assert.deepEqual(commandsOf(after).toSorted(), commandsOf(OLD).toSorted());
      await home.write(file, OLD_TEXT);
    }
  });

  it('are found once where both files of a folder are one', async () => {
    await using home = await HookHome.open();
    const folder = await home.worktree('w');
    await home.write(projectSettings(folder), OLD_TEXT);
    await symlink('settings.json', localSettings(folder));
    const before = await home.snapshot();
    const { replacedOld } = await installHooks({ kind: 'folder', folder }, OPTIONS, home.host);
    assert.equal(replacedOld.length, 1);
    await uninstallHooks({ kind: 'folder', folder }, home.host);
    assert.deepEqual(await home.snapshot(), before);
  });

  it('in a file that may not be written leave everything as it is', async () => {
    await using home = await HookHome.open();
    const folder = await home.worktree('w');
    await home.write(projectSettings(folder), OLD_TEXT);
    await chmod(projectSettings(folder), 0o444);
    const before = await home.snapshot();
    await assert.rejects(
      installHooks({ kind: 'folder', folder }, OPTIONS, home.host),
      isOrqError('forbidden', /settings\.json: read-only/),
    );
    assert.deepEqual(await home.snapshot(), before);
  });
});

const worktree = fc.record({
  local: fc.option(oldSettingsText),
  project: fc.option(oldSettingsText),
  /** Whose file or folder is reached by a symlink. */
  link: fc.constantFrom('none', 'none', 'file', 'folder', 'shared'),
  agent: fc.boolean(),
});

it('200 worktrees of any kind have every byte again after an install and its uninstall', async (t) => {
  const property = fc.asyncProperty(
    fc.array(worktree, { minLength: 200, maxLength: 200 }),
    async (worktrees) => {
      await using home = await HookHome.open();
      const shared = await home.worktree('shared', OLD_TEXT);
      const targets: { kind: 'folder'; folder: string }[] = [];
      for (const [index, { local, project, link }] of worktrees.entries()) {
        const folder = await home.worktree(`w${index}`);
        const elsewhere = join(home.root, 'elsewhere', String(index));
        if (link === 'shared') await symlink(join(shared, '.claude'), join(folder, '.claude'));
        else {
          await mkdir(elsewhere, { recursive: true });
          if (link === 'folder') await symlink(elsewhere, join(folder, '.claude'));
          if (project !== null) await home.write(projectSettings(folder), project);
          if (local !== null && link !== 'file') await home.write(localSettings(folder), local);
          if (local !== null && link === 'file') {
            await home.write(join(elsewhere, 'a.json'), local);
            await mkdir(join(folder, '.claude'), { recursive: true });
            await symlink(join(elsewhere, 'a.json'), localSettings(folder));
          }
        }
        targets.push({ kind: 'folder', folder });
      }
      const before = await home.snapshot();
      const startedMs = performance.now();
      for (const [index, target] of targets.entries()) {
        const agent =
          worktrees[index]?.agent && worktrees[index].link !== 'shared' ? { agent: `a${index}` } : {};
        await installHooks(target, { ...OPTIONS, ...agent }, home.host);
      }
      const installedMs = performance.now();
      for (const target of targets) {
        const { ours, oldIn: old } = await checkHooks(target, { socket: SOCKET }, home.host);
        assert.deepEqual([ours.complete, old], [true, []]);
      }
      const checkedMs = performance.now();
      for (const target of targets) await uninstallHooks(target, home.host);
      const endedMs = performance.now();
      assert.deepEqual(await home.snapshot(), before);
      t.diagnostic(
        `install ${Math.round(installedMs - startedMs)} ms, check ${Math.round(checkedMs - installedMs)} ms, uninstall ${Math.round(endedMs - checkedMs)} ms`,
      );
    },
  );
  await fc.assert(property, { numRuns: 1, endOnFailure: true });
});
