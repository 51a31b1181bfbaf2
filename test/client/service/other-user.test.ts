import assert from 'node:assert/strict';
import { chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { installHooks } from '../../../client/hooks/install.ts';
import { uninstallHooks } from '../../../client/hooks/uninstall.ts';
import { assertHooksGone, assertOwnAgents, type Acting } from '../../../client/service/other-user.ts';
import { HookHome, SOCKET } from '../hooks/hook-home.ts';
import { testFolder } from '../../support/folder.ts';
import { orqctl } from '../orqctl/run-orqctl.ts';

const notRoot = process.getuid?.() === 0 ? false : 'only root can give a file away';
/** In every password file. */
const OTHER = { name: 'daemon', uid: 1 };

const values = {
  exec: [],
  alert: [],
  systemd: 0,
  path: '',
  home: '/',
  socket: '',
  stateDir: '',
  user: OTHER.name,
};
const acting = (more: Partial<Acting>): Acting => ({
  uid: 0,
  socket: '/nowhere/orq.sock',
  scope: () => ({ kind: 'system', values }),
  command: 'orqctl cutover',
  ...more,
});

describe('root', () => {
  it('is told the command of the user whom the service of the machine serves', () => {
    assert.throws(() => assertOwnAgents(acting({ before: ['first'] })), {
      code: 'forbidden',
      details: { commands: ['first', 'sudo -H -u daemon orqctl cutover'] },
    });
  });

  it('may act where the agents are its own, and so may anybody else', () => {
    assertOwnAgents(acting({ scope: () => ({ kind: 'user', values }) }));
    assertOwnAgents(acting({ scope: () => ({ kind: 'system', values: { ...values, user: 'root' } }) }));
    assertOwnAgents(acting({ uid: 1000 }));
  });

  it('takes no service away from a user whose settings still have the hooks', async () => {
    await using home = await HookHome.open();
    const scope = { kind: 'system', values: { ...values, home: join(home.root, 'home') } } as const;
    const host = { ...home.host, env: { HOME: scope.values.home, PATH: home.host.env['PATH'] } };
    const target = { kind: 'folder', folder: await home.worktree('w') } as const;
    await installHooks(target, { socket: SOCKET }, host);
    await assert.rejects(assertHooksGone(scope, 0), {
      code: 'forbidden',
      details: { commands: ['sudo -H -u daemon orqctl hooks uninstall --all', 'sudo orqctl uninstall'] },
    });
    await assertHooksGone(scope, 1000);
    await uninstallHooks(target, host);
    await assertHooksGone(scope, 0);
  });

  it('touches nothing where the daemon is of another user', { skip: notRoot }, async () => {
    using folder = testFolder();
    const [socket, home] = [folder.at('s'), folder.at('home')];
    mkdirSync(home);
    writeFileSync(socket, '');
    chownSync(socket, OTHER.uid, OTHER.uid);
    const env = { HOME: home, XDG_DATA_HOME: '', XDG_CONFIG_HOME: '', CLAUDE_CONFIG_DIR: '' };
    for (const line of ['hooks install --user', 'hooks uninstall --all', 'rollback', 'cutover --no-proof']) {
      const { exit, stdout, stderr } = await orqctl(line.split(' '), { socket, env, cwd: home });
      assert.deepEqual([exit, stdout], [4, ''], stderr);
      assert.match(stderr, /the agents are those of the user daemon, not root's\ntry: .*sudo -H -u daemon /);
      assert.ok(stderr.includes(line), stderr);
    }
    assert.equal(existsSync(`${home}/.local`) || existsSync(`${home}/.claude`), false);
  });
});
