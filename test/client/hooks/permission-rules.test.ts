import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { installHooks } from '../../../client/hooks/install.ts';
import { uninstallHooks } from '../../../client/hooks/uninstall.ts';
import { HookHome, localSettings, readJson, SOCKET } from './hook-home.ts';

const OPTIONS = { socket: SOCKET, allowOrqctl: true };
const ALL = ['Bash(orqctl send:*)', 'Bash(orqctl reply:*)', 'Bash(orqctl done:*)'];

type Settings = { permissions: { allow: string[] } };

describe('the rules that let agents run orqctl', () => {
  it('are written only on request', async () => {
    await using home = await HookHome.open();
    const folder = await home.worktree('w', '{}');
    const target = { kind: 'folder', folder } as const;
    assert.deepEqual((await installHooks(target, { socket: SOCKET }, home.host)).addedRules, []);
    assert.deepEqual((await installHooks(target, OPTIONS, home.host)).addedRules, ALL);
    assert.deepEqual(((await readJson(localSettings(folder))) as Settings).permissions.allow, ALL);
  });

  it('go with the uninstall, but not the one that was there before', async () => {
    await using home = await HookHome.open();
    const text = '{"permissions":{"allow":["Bash(orqctl done:*)","Read"]}}';
    const folder = await home.worktree('w', text);
    const target = { kind: 'folder', folder } as const;
    const { addedRules } = await installHooks(target, OPTIONS, home.host);
    assert.deepEqual(addedRules, ALL.slice(0, 2));
    await installHooks(target, { socket: SOCKET }, home.host);
    const { removedRules } = await uninstallHooks(target, home.host);
    assert.deepEqual(removedRules, ALL.slice(0, 2));
    assert.equal(await readFile(localSettings(folder), 'utf8'), text);
  });

  it('leave the rules that a user added meanwhile', async () => {
    await using home = await HookHome.open();
    const folder = await home.worktree('w');
    const target = { kind: 'folder', folder } as const;
    await installHooks(target, OPTIONS, home.host);
    const settings = (await readJson(localSettings(folder))) as Settings;
    settings.permissions.allow.push('Bash(make:*)');
    await home.write(localSettings(folder), JSON.stringify(settings));
    assert.equal((await uninstallHooks(target, home.host)).outcome, 'changed');
    assert.equal(await readFile(localSettings(folder), 'utf8'), '{"permissions":{"allow":["Bash(make:*)"]}}');
  });
});
