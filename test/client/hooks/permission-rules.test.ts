import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { installHooks } from '../../../client/hooks/install.ts';
import { uninstallHooks } from '../../../client/hooks/uninstall.ts';
import { HookHome, localSettings, readJson, SOCKET } from './hook-home.ts';

const OPTIONS = { socket: SOCKET, allowOrqctl: true };
const VERBS = ['send', 'reply', 'done'];
const rulesFor = (command: string): string[] => VERBS.map((verb) => `Bash(${command} ${verb}:*)`);

/** Where `orqctl` is not on the search path agents are told its file. */
const allIn = (home: HookHome, words = ''): string[] => [
  ...rulesFor('orqctl'),
  ...rulesFor(`${home.host.packageFolder}/dist/client/orqctl/main.js${words}`),
];

type Settings = { permissions: { allow: string[] } };

describe('the rules that let agents run orqctl', () => {
  it('are written only on request', async () => {
    await using home = await HookHome.open();
    const folder = await home.worktree('w', '{}');
    const target = { kind: 'folder', folder } as const;
    assert.deepEqual((await installHooks(target, { socket: SOCKET }, home.host)).addedRules, []);
    assert.deepEqual((await installHooks(target, OPTIONS, home.host)).addedRules, allIn(home));
    assert.deepEqual(((await readJson(localSettings(folder))) as Settings).permissions.allow, allIn(home));
  });

  it('name the socket where a client would look elsewhere', async () => {
    await using home = await HookHome.open();
    const target = { kind: 'folder', folder: await home.worktree('w') } as const;
    const { addedRules } = await installHooks(target, { ...OPTIONS, socket: '/s/orq.sock' }, home.host);
    assert.deepEqual(addedRules, allIn(home, ' --socket /s/orq.sock'));
  });

  it('go with the uninstall, but not the one that was there before', async () => {
    await using home = await HookHome.open();
    const text = '{"permissions":{"allow":["Bash(orqctl done:*)","Read"]}}';
    const folder = await home.worktree('w', text);
    const target = { kind: 'folder', folder } as const;
    const { addedRules } = await installHooks(target, OPTIONS, home.host);
    const added = allIn(home).filter((rule) => rule !== 'Bash(orqctl done:*)');
    assert.deepEqual(addedRules, added);
    await installHooks(target, { socket: SOCKET }, home.host);
    const { removedRules } = await uninstallHooks(target, home.host);
    assert.deepEqual(removedRules, added);
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
