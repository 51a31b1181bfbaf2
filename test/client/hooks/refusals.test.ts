import assert from 'node:assert/strict';
import { chmod, readFile, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { installHooks } from '../../../client/hooks/install.ts';
import { uninstallHooks } from '../../../client/hooks/uninstall.ts';
import { HookHome, isOrqError, localSettings, SOCKET } from './hook-home.ts';

const OPTIONS = { socket: SOCKET };

const damaged: readonly [what: string, content: string | Uint8Array, message: RegExp][] = [
  ['a missing bracket', '{\n  "a": [1, 2\n}', /not JSON at line 3 column 1$/],
  ['a comment', '{} // mine', /line 1 column 4$/],
  ['a trailing comma', '{\r\n "a": 1,\r\n}', /line 3 column 1$/],
  ['no text at all', '', /empty, which is not JSON$/],
  ['bytes that are no UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d), /not UTF-8$/],
  ['a list', '[]', /holds a list instead of an object$/],
  ['hooks of a wrong type', '{"hooks":[]}', /hooks is a list instead of an object$/],
  ['an event of a wrong type', '{"hooks":{"Stop":{}}}', /hooks\.Stop is an object instead of a list$/],
  [
    'a group of a wrong type',
    '{"hooks":{"Stop":["x"]}}',
    /hooks\.Stop\[0\] is a string instead of an object$/,
  ],
  [
    'a group without hooks',
    '{"hooks":{"Stop":[{}]}}',
    /hooks\.Stop\[0\]\.hooks is missing instead of a list$/,
  ],
  [
    'a handler of a wrong type',
    '{"hooks":{"Foo":[{"hooks":[null]}]}}',
    /hooks\.Foo\[0\]\.hooks\[0\] is null/,
  ],
  ['permissions of a wrong type', '{"permissions":{"allow":"x"}}', /permissions\.allow is a string/],
];

describe('hooks install refuses', () => {
  for (const [what, content, message] of damaged) {
    it(`settings with ${what}, and touches nothing`, async () => {
      await using home = await HookHome.open();
      const folder = await home.worktree('w', content);
      const before = await home.snapshot();
      const install = installHooks({ kind: 'folder', folder }, OPTIONS, home.host);
      await assert.rejects(install, isOrqError('settings_file_damaged', message));
      assert.deepEqual(await home.snapshot(), before);
      await assert.rejects(stat(join(home.root, 'data')), { code: 'ENOENT' });
    });
  }

  it('a folder that is missing, and a file in its place', async () => {
    await using home = await HookHome.open();
    const file = await home.write(join(home.root, 'file'), '');
    const missing = { kind: 'folder', folder: join(home.root, 'nowhere') } as const;
    await assert.rejects(
      installHooks(missing, OPTIONS, home.host),
      isOrqError('not_found', /^folder .*nowhere: does not exist$/),
    );
    await assert.rejects(
      installHooks({ kind: 'folder', folder: file }, OPTIONS, home.host),
      isOrqError('bad_request', /not a folder$/),
    );
    await assert.rejects(
      installHooks({ kind: 'file', file: join(home.root, 'nowhere/x.json') }, OPTIONS, home.host),
      isOrqError('not_found', /nowhere: does not exist$/),
    );
    await assert.rejects(
      installHooks({ kind: 'file', file: home.root }, OPTIONS, home.host),
      isOrqError('bad_request', /not a file$/),
    );
  });

  it('a dangling symlink, without filling the hole', async () => {
    await using home = await HookHome.open();
    const folder = await home.worktree('w');
    await symlink('/nowhere/claude', join(folder, '.claude'));
    const file = join(home.root, 'settings.json');
    await symlink('gone.json', file);
    const before = await home.snapshot();
    await assert.rejects(
      installHooks({ kind: 'folder', folder }, OPTIONS, home.host),
      isOrqError('not_found', /a symlink to \/nowhere\/claude, which does not exist$/),
    );
    await assert.rejects(
      installHooks({ kind: 'file', file }, OPTIONS, home.host),
      isOrqError('not_found', /a symlink to gone\.json, which does not exist$/),
    );
    assert.deepEqual(await home.snapshot(), before);
  });

  it('a read-only file, to install and to uninstall, though a rename could pass over its mode', async () => {
    await using home = await HookHome.open();
    const folder = await home.worktree('w', '{}');
    const target = { kind: 'folder', folder } as const;
    const file = localSettings(folder);
    await chmod(file, 0o444);
    await assert.rejects(installHooks(target, OPTIONS, home.host), isOrqError('forbidden', /read-only$/));
    assert.equal(await readFile(file, 'utf8'), '{}');
    await assert.rejects(stat(join(home.root, 'data')), { code: 'ENOENT' });
    await chmod(file, 0o644);
    await installHooks(target, OPTIONS, home.host);
    const installed = await readFile(file);
    await chmod(file, 0o444);
    await assert.rejects(uninstallHooks(target, home.host), isOrqError('forbidden', /read-only$/));
    assert.deepEqual(await readFile(file), installed);
    await chmod(file, 0o644);
    assert.equal((await uninstallHooks(target, home.host)).outcome, 'restored');
  });

  it('to take hooks out of a file that was damaged meanwhile, and can do it once it is mended', async () => {
    await using home = await HookHome.open();
    const folder = await home.worktree('w', '{"a":1}');
    const target = { kind: 'folder', folder } as const;
    await installHooks(target, OPTIONS, home.host);
    const installed = await readFile(localSettings(folder), 'utf8');
    await home.write(localSettings(folder), installed.slice(0, -1));
    await assert.rejects(uninstallHooks(target, home.host), isOrqError('settings_file_damaged', /not JSON/));
    await home.write(localSettings(folder), installed);
    await uninstallHooks(target, home.host);
    assert.equal(await readFile(localSettings(folder), 'utf8'), '{"a":1}');
  });

  it('one agent id for every session of a user, an id without grammar, and a relative socket', async () => {
    await using home = await HookHome.open();
    const folder = await home.worktree('w');
    const install = (
      target: Parameters<typeof installHooks>[0],
      options: Parameters<typeof installHooks>[1],
    ) => installHooks(target, options, home.host);
    await assert.rejects(
      install({ kind: 'user' }, { ...OPTIONS, agent: 'a' }),
      isOrqError('bad_request', /every session/),
    );
    await assert.rejects(
      install({ kind: 'folder', folder }, { ...OPTIONS, agent: '@all' }),
      isOrqError('bad_request', /begins with @/),
    );
    await assert.rejects(
      install({ kind: 'folder', folder }, { socket: 'orq.sock' }),
      isOrqError('bad_request', /not an absolute path/),
    );
  });
});
