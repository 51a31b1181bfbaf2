import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { checkHooks } from '../../../client/hooks/check.ts';
import { HOOK_TABLE } from '../../../client/hooks/hook-table.ts';
import { installHooks } from '../../../client/hooks/install.ts';
import { isOwnCommand } from '../../../client/hooks/own-entries.ts';
import { uninstallHooks } from '../../../client/hooks/uninstall.ts';
import { HookHome, localSettings, readJson, SOCKET } from './hook-home.ts';
import { settingsText } from './settings-arbitrary.ts';

type Handler = { command?: string };
type Settings = {
  hooks?: Record<string, { hooks: Handler[] }[]>;
  permissions?: { allow?: string[] };
};

/** The settings as somebody sees them who does not know orq. */
function strangers(value: Settings, before: Settings): Settings {
  const { hooks, permissions, ...rest } = value;
  const seen = Object.entries(hooks ?? {})
    .map(([event, groups]) => [event, groups.filter((group) => !isOurs(group))] as const)
    .filter(([event, groups]) => groups.length > 0 || before.hooks?.[event] !== undefined);
  const allow = permissions?.allow?.filter(
    (rule) =>
      before.permissions?.allow?.includes(rule) ||
      !/^Bash\(.*(orqctl|main\.js) (send|reply|done):\*\)$/.test(rule),
  );
  return {
    ...rest,
    ...((before.hooks || seen.length > 0) && { hooks: Object.fromEntries(seen) }),
    ...(before.permissions && {
      permissions: { ...permissions, ...(before.permissions.allow ? { allow } : {}) },
    }),
  } as Settings;
}

function isOurs({ hooks }: { hooks: Handler[] }): boolean {
  return hooks.length > 0 && hooks.every(({ command }) => command !== undefined && isOwnCommand(command));
}

function withoutAllow(value: Settings, before: Settings): Settings {
  if (before.permissions?.allow !== undefined || value.permissions === undefined) return value;
  const { allow: _, ...permissions } = value.permissions;
  return { ...value, permissions };
}

describe('an install and its uninstall', () => {
  it('give back every byte of any settings file, and leave strangers alone in between', async () => {
    await using home = await HookHome.open();
    const folder = await home.worktree('w');
    const file = localSettings(folder);
    const target = { kind: 'folder', folder } as const;
    const property = fc.asyncProperty(settingsText, fc.boolean(), async (text, allowOrqctl) => {
      await home.write(file, text);
      const before = (await readJson(file)) as Settings;
      await installHooks(target, { socket: SOCKET, allowOrqctl }, home.host);
      const installed = await readFile(file);
      const between = (await readJson(file)) as Settings;
      assert.deepEqual(withoutAllow(strangers(between, before), before), before);
      assert.equal(installed.toString().startsWith('\uFEFF'), text.startsWith('\uFEFF'));
      assert.equal((await checkHooks(target, { socket: SOCKET }, home.host)).ours.complete, true);

      const again = await installHooks(target, { socket: SOCKET, allowOrqctl }, home.host);
      assert.equal(again.outcome, 'unchanged');
      assert.deepEqual(await readFile(file), installed);

      await installHooks(target, { socket: '/other.sock', agent: 'a:1' }, home.host);
      await installHooks(target, { socket: SOCKET }, home.host);
      assert.deepEqual(await readFile(file), installed);

      await uninstallHooks(target, home.host);
      assert.equal(await readFile(file, 'utf8'), text);
    });
    await fc.assert(property, { numRuns: 60 });
  });

  it('keep what others edit in between, whatever the layout', async () => {
    await using home = await HookHome.open();
    const folder = await home.worktree('w');
    const file = localSettings(folder);
    const target = { kind: 'folder', folder } as const;
    const property = fc.asyncProperty(
      settingsText,
      fc.constantFrom(undefined, 2, '\t'),
      async (text, unit) => {
        await home.write(file, text);
        const before = (await readJson(file)) as Settings;
        await installHooks(target, { socket: SOCKET, allowOrqctl: true }, home.host);
        const edited = (await readJson(file)) as Settings;
        const group = { matcher: 'late', hooks: [{ type: 'command', command: 'late' }] };
        edited.hooks?.['Stop']?.push(group);
        await home.write(file, JSON.stringify({ ...edited, addedLater: { deep: [1] } }, null, unit));
        const { outcome } = await uninstallHooks(target, home.host);
        assert.equal(outcome, 'changed');
        assert.deepEqual(await readJson(file), {
          ...before,
          addedLater: { deep: [1] },
          hooks: { ...before.hooks, Stop: [...(before.hooks?.['Stop'] ?? []), group] },
        });
      },
    );
    await fc.assert(property, { numRuns: 40 });
  });

  it('put a handler at every event of the table', async () => {
    await using home = await HookHome.open();
    const folder = await home.worktree('w');
    await installHooks({ kind: 'folder', folder }, { socket: SOCKET }, home.host);
    const { hooks } = (await readJson(localSettings(folder))) as Settings;
    assert.deepEqual(Object.keys(hooks ?? {}), Object.keys(HOOK_TABLE));
  });
});
