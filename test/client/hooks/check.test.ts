import assert from 'node:assert/strict';
import { chmod, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { checkHooks, type CheckReport } from '../../../client/hooks/check.ts';
import { HOOK_TABLE } from '../../../client/hooks/hook-table.ts';
import { installHooks } from '../../../client/hooks/install.ts';
import { HookHome, localSettings, readJson, SOCKET } from './hook-home.ts';

type Settings = { hooks: Record<string, { hooks: { args: string[]; timeout: number }[] }[]> };

const codes = ({ findings }: CheckReport): string[] => findings.map(({ code }) => code);

async function installed(home: HookHome) {
  const folder = await home.worktree(
    'w',
    '{"hooks":{"Stop":[{"hooks":[{"type":"command","command":"mine"}]}]}}',
  );
  const target = { kind: 'folder', folder } as const;
  await installHooks(target, { socket: SOCKET, agent: 'a:1' }, home.host);
  const edit = async (change: (settings: Settings) => void) => {
    const settings = (await readJson(localSettings(folder))) as Settings;
    change(settings);
    await home.write(localSettings(folder), JSON.stringify(settings));
  };
  return { target, folder, edit };
}

describe('hooks check', () => {
  it('is content after an install, and tells socket, agent and client', async () => {
    await using home = await HookHome.open();
    const { target, folder } = await installed(home);
    const before = await home.snapshot();
    const report = await checkHooks(target, {}, home.host);
    assert.deepEqual(report, {
      file: localSettings(folder),
      realFile: localSettings(folder),
      exists: true,
      parses: true,
      ours: {
        installed: true,
        complete: true,
        missing: [],
        duplicated: [],
        outdated: [],
        command: home.client,
        socket: SOCKET,
        agent: 'a:1',
        client: { path: home.client, exists: true, executable: true, native: true, current: true },
      },
      foreignHooks: 1,
      oldIn: [],
      disabledBy: [],
      alsoIn: [],
      ok: true,
      findings: [],
    });
    assert.deepEqual(await home.snapshot(), before);
  });

  it('tells of a folder without settings which events are missing', async () => {
    await using home = await HookHome.open();
    const folder = await home.worktree('w');
    const report = await checkHooks({ kind: 'folder', folder }, {}, home.host);
    assert.deepEqual([report.exists, report.ok, codes(report)], [false, false, ['not_installed']]);
    assert.deepEqual(report.ours.missing, Object.keys(HOOK_TABLE));
  });

  it('finds a missing handler, a doubled one and one of another orq', async () => {
    await using home = await HookHome.open();
    const { target, edit } = await installed(home);
    await edit(({ hooks }) => {
      hooks['Stop']?.[1]?.hooks.pop();
      hooks['SessionEnd']?.push(...structuredClone(hooks['SessionEnd']));
      const [call] = hooks['PreCompact']?.[0]?.hooks ?? [];
      if (call) call.timeout = 600;
      hooks['PostToolUse'] = structuredClone(hooks['PreCompact'] ?? []);
    });
    const report = await checkHooks(target, {}, home.host);
    assert.deepEqual(report.ours.missing, ['Stop']);
    assert.deepEqual(report.ours.duplicated, ['SessionEnd']);
    assert.deepEqual(report.ours.outdated, ['Stop', 'PreCompact', 'PostToolUse']);
    assert.deepEqual(codes(report), ['incomplete', 'duplicated', 'outdated']);
  });

  it('calls entries for another socket outdated', async () => {
    await using home = await HookHome.open();
    const { target } = await installed(home);
    const report = await checkHooks(target, { socket: '/other.sock' }, home.host);
    assert.equal(report.ours.outdated.length, Object.keys(HOOK_TABLE).length);
    assert.equal(report.ours.socket, SOCKET);
  });

  it('finds a hook client that is old, not executable or gone', async () => {
    await using home = await HookHome.open();
    const { target } = await installed(home);
    await home.write(home.client, 'old');
    assert.deepEqual(codes(await checkHooks(target, {}, home.host)), ['client_outdated']);
    await chmod(home.client, 0o644);
    assert.deepEqual(codes(await checkHooks(target, {}, home.host)), ['client_not_executable']);
    await unlink(home.client);
    assert.deepEqual(codes(await checkHooks(target, {}, home.host)), ['client_missing']);
  });

  it('gives the place in a damaged file as a finding', async () => {
    await using home = await HookHome.open();
    const folder = await home.worktree('w', '{"hooks":');
    const report = await checkHooks({ kind: 'folder', folder }, {}, home.host);
    assert.deepEqual([report.exists, report.parses, codes(report)], [true, false, ['settings_file_damaged']]);
    assert.match(report.findings[0]?.message ?? '', /line 1 column 10/);
    assert.equal(await readFile(localSettings(folder), 'utf8'), '{"hooks":');
  });

  it('names the settings that switch hooks off, the stronger file first', async () => {
    await using home = await HookHome.open();
    const { target, folder, edit } = await installed(home);
    await home.write(join(home.root, 'home/.claude/settings.json'), '{"disableAllHooks":true}');
    assert.deepEqual((await checkHooks(target, {}, home.host)).disabledBy, ['disableAllHooks']);
    await home.write(join(folder, '.claude/settings.json'), '{"disableAllHooks":false}');
    assert.deepEqual((await checkHooks(target, {}, home.host)).disabledBy, []);
    await edit((settings) => Object.assign(settings, { disableAllHooks: true }));
    await home.write(home.host.managedSettings, '{"allowManagedHooksOnly":true}');
    const report = await checkHooks(target, {}, home.host);
    assert.deepEqual(report.disabledBy, ['disableAllHooks', 'allowManagedHooksOnly']);
    assert.equal(report.ok, false);
  });

  it('finds the second install that would send each event twice', async () => {
    await using home = await HookHome.open();
    const { target } = await installed(home);
    const user = await installHooks({ kind: 'user' }, { socket: SOCKET }, home.host);
    const report = await checkHooks(target, {}, home.host);
    assert.deepEqual([report.alsoIn, codes(report)], [[user.file], ['installed_twice']]);
  });
});
