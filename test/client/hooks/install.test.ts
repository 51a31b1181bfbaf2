import assert from 'node:assert/strict';
import { chmod, readFile, readdir, stat, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { editSettings } from '../../../client/hooks/edit-settings.ts';
import { hookGroups } from '../../../client/hooks/hook-table.ts';
import { installHooks } from '../../../client/hooks/install.ts';
import { locateSettings } from '../../../client/hooks/targets.ts';
import { uninstallHooks } from '../../../client/hooks/uninstall.ts';
import { HookHome, isOrqError, localSettings, readJson, SOCKET } from './hook-home.ts';

const OPTIONS = { socket: SOCKET };

function own(event: string) {
  return { type: 'command', command: '/old/data/orq/bin/orq-hook', args: [event] };
}

describe('hooks install', () => {
  it('writes the entries in exec form, with socket, agent and the stable path', async () => {
    await using home = await HookHome.open();
    const folder = await home.worktree('w');
    const report = await installHooks({ kind: 'folder', folder }, { ...OPTIONS, agent: 'team:1' }, home.host);
    const hooks = Object.fromEntries(hookGroups({ command: home.client, socket: SOCKET, agent: 'team:1' }));
    const written = (await readJson(localSettings(folder))) as { hooks: Record<string, unknown[]> };
    assert.deepEqual(written, {
      hooks: Object.fromEntries(Object.entries(hooks).map(([event, group]) => [event, [group]])),
    });
    assert.deepEqual(written.hooks['Stop']?.[0], {
      hooks: [
        {
          type: 'command',
          command: home.client,
          args: ['Stop', '--socket', SOCKET, '--agent', 'team:1'],
          timeout: 5,
        },
        {
          type: 'command',
          command: home.client,
          args: ['wait', '--socket', SOCKET, '--agent', 'team:1'],
          async: true,
          asyncRewake: true,
          timeout: 1_728_000,
        },
      ],
    });
    assert.equal(report.outcome, 'created');
    assert.equal(report.backup, null);
  });

  it('does not raise the time that all SessionEnd hooks share', () => {
    const group = hookGroups({ command: '/c', socket: '/s', agent: null }).get('SessionEnd');
    assert.ok(group?.hooks.every(({ timeout }) => timeout < 1.5));
  });

  it('removes the file and the folder that it made', async () => {
    await using home = await HookHome.open();
    const folder = await home.worktree('w');
    const before = await home.snapshot();
    await installHooks({ kind: 'folder', folder }, { ...OPTIONS, allowOrqctl: true }, home.host);
    const report = await uninstallHooks({ kind: 'folder', folder }, home.host);
    assert.equal(report.outcome, 'removed');
    assert.equal(report.removedFolder, join(folder, '.claude'));
    assert.deepEqual(await home.snapshot(), before);
    assert.deepEqual(await readdir(join(home.root, 'data/orq/backups/settings')), []);
  });

  it('leaves a folder that it made as soon as something else lies in it', async () => {
    await using home = await HookHome.open();
    const folder = await home.worktree('w');
    await installHooks({ kind: 'folder', folder }, OPTIONS, home.host);
    await home.write(join(folder, '.claude/commands.md'), 'mine');
    assert.equal((await uninstallHooks({ kind: 'folder', folder }, home.host)).removedFolder, null);
    assert.deepEqual(await readdir(join(folder, '.claude')), ['commands.md']);
  });

  it('installs for the user where Claude Code keeps its settings', async () => {
    await using home = await HookHome.open();
    const own = { ...home.host, env: { ...home.host.env, CLAUDE_CONFIG_DIR: join(home.root, 'config') } };
    const before = await home.snapshot();
    assert.equal(
      (await installHooks({ kind: 'user' }, OPTIONS, home.host)).file,
      join(home.root, 'home/.claude/settings.json'),
    );
    assert.equal(
      (await installHooks({ kind: 'user' }, OPTIONS, own)).file,
      join(home.root, 'config/settings.json'),
    );
    await uninstallHooks({ kind: 'user' }, home.host);
    await uninstallHooks({ kind: 'user' }, own);
    assert.deepEqual(await home.snapshot(), before);
  });

  it('keeps the mode of the file and makes a new one for its user only', async () => {
    await using home = await HookHome.open();
    const old = await home.worktree('old', '{}');
    await chmod(localSettings(old), 0o640);
    const fresh = await home.worktree('fresh');
    for (const folder of [old, fresh]) await installHooks({ kind: 'folder', folder }, OPTIONS, home.host);
    assert.equal((await stat(localSettings(old))).mode & 0o777, 0o640);
    assert.equal((await stat(localSettings(fresh))).mode & 0o777, 0o600);
  });

  it('backs the old bytes up once, readable by the user only', async () => {
    await using home = await HookHome.open();
    const folder = await home.worktree('w', '{ "a":1 }');
    const target = { kind: 'folder', folder } as const;
    const { backup } = await installHooks(target, OPTIONS, home.host);
    await installHooks(target, { socket: '/other.sock' }, home.host);
    assert.ok(backup);
    assert.equal(await readFile(backup, 'utf8'), '{ "a":1 }');
    assert.equal((await stat(backup)).mode & 0o777, 0o600);
  });

  it('takes a new backup where somebody had put the old file back', async () => {
    await using home = await HookHome.open();
    const folder = await home.worktree('w', '{"a":1}');
    const target = { kind: 'folder', folder } as const;
    await installHooks(target, OPTIONS, home.host);
    await writeFile(localSettings(folder), '{ "a": 2 }\n');
    await installHooks(target, OPTIONS, home.host);
    assert.equal((await uninstallHooks(target, home.host)).outcome, 'restored');
    assert.equal(await readFile(localSettings(folder), 'utf8'), '{ "a": 2 }\n');
  });

  it('follows a symlink and writes the file behind it', async () => {
    await using home = await HookHome.open();
    const folder = await home.worktree('w', '{}');
    const real = await home.write(join(home.root, 'dotfiles/claude.json'), '{\r\n    "model": "x"\r\n}');
    await unlink(localSettings(folder));
    await symlink('../../dotfiles/claude.json', localSettings(folder));
    const before = await home.snapshot();
    const report = await installHooks({ kind: 'folder', folder }, OPTIONS, home.host);
    assert.equal(report.realFile, real);
    assert.match(await readFile(real, 'utf8'), /"model": "x",\r\n {4}"hooks": \{\r\n {8}"SessionStart"/);
    await uninstallHooks({ kind: 'folder', folder }, home.host);
    assert.deepEqual(await home.snapshot(), before);
  });

  it('reduces doubled entries to one and takes out those of events that it no longer uses', async () => {
    await using home = await HookHome.open();
    const foreign = { type: 'command', command: 'mine' };
    const folder = await home.worktree(
      'w',
      JSON.stringify({
        hooks: {
          PostToolUse: [{ matcher: '*', hooks: [own('PostToolUse')] }],
          Stop: [
            { hooks: [own('Stop')] },
            { hooks: [foreign, own('Stop')] },
            { hooks: [own('Stop'), own('Stop')] },
          ],
        },
      }),
    );
    const target = { kind: 'folder', folder } as const;
    await installHooks(target, OPTIONS, home.host);
    const { hooks } = (await readJson(localSettings(folder))) as { hooks: Record<string, unknown> };
    const group = hookGroups({ command: home.client, socket: SOCKET, agent: null }).get('Stop');
    assert.deepEqual(hooks['Stop'], [group, { hooks: [foreign] }]);
    assert.equal(hooks['PostToolUse'], undefined);
    await uninstallHooks(target, home.host);
    assert.deepEqual(await readJson(localSettings(folder)), { hooks: { Stop: [{ hooks: [foreign] }] } });
  });

  it('decides again when somebody writes the file between its look and its rename', async () => {
    await using home = await HookHome.open();
    const folder = await home.worktree('w', '{"a":1}');
    const place = await locateSettings({ kind: 'folder', folder }, home.host);
    const seen: string[] = [];
    await editSettings(place, async (bytes) => {
      const text = new TextDecoder().decode(bytes);
      seen.push(text);
      if (seen.length === 1) await writeFile(place.realFile, '{"a":2}');
      return { write: new TextEncoder().encode(text.replace('}', ',"b":1}')), result: undefined };
    });
    assert.deepEqual(seen, ['{"a":1}', '{"a":2}']);
    assert.equal(await readFile(place.realFile, 'utf8'), '{"a":2,"b":1}');
    assert.deepEqual(await readdir(join(folder, '.claude')), ['settings.local.json']);
  });

  it('gives up on a file that never stands still, and leaves it to the others', async () => {
    await using home = await HookHome.open();
    const folder = await home.worktree('w', '0');
    const place = await locateSettings({ kind: 'folder', folder }, home.host);
    let writes = 0;
    const edit = editSettings(place, async () => {
      await writeFile(place.realFile, String((writes += 1)));
      return { write: Uint8Array.of(0x78), result: undefined };
    });
    await assert.rejects(edit, isOrqError('storage_busy', /5 times in a row/));
    assert.equal(await readFile(place.realFile, 'utf8'), String(writes));
  });
});
