import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, it } from 'node:test';
import { suiteDaemon } from '../../support/suite-daemon.ts';
import { orqctl, type Ran } from '../orqctl/run-orqctl.ts';

const PAUSED = 'paused';

describe('a rollback', () => {
  const suite = suiteDaemon();
  let home = '';
  let count = 0;
  beforeEach(() => {
    count += 1;
    home = suite.folder.at(`home-${count}`);
    mkdirSync(home);
  });
  const run = (words: readonly string[], socket = suite.daemon.socket): Promise<Ran> => {
    const env = { HOME: home, XDG_DATA_HOME: '', XDG_CONFIG_HOME: '', CLAUDE_CONFIG_DIR: '' };
    return orqctl(words, { socket, env, cwd: home });
  };
  /** A worktree with hooks that nobody may change. */
  const lockedTree = async (): Promise<string> => {
    const folder = join(home, 'tree');
    const settings = join(folder, '.claude/settings.local.json');
    mkdirSync(join(folder, '.claude'), { recursive: true });
    writeFileSync(settings, '{}');
    assert.equal((await run(['hooks', 'install', folder])).exit, 0);
    chmodSync(settings, 0o444);
    return settings;
  };
  const admit = async (...ids: readonly string[]): Promise<void> => {
    const agents = ids.map((id) => ({ id }));
    await suite.client.importPage({ import: home, position: 0, messages: [], agents });
    await suite.client.importCommit({ import: home, pages: 1 });
  };
  const conditionsOf = async (id: string): Promise<readonly string[]> => {
    const { agents } = await suite.client.agents({});
    return agents.find((agent) => agent.id === id)?.conditions ?? [];
  };

  it('that broke off is run again, and lets those go on that it has paused itself', async () => {
    await admit('crow', 'owl');
    await suite.client.agentPause({ agent: 'owl' });
    const settings = await lockedTree();
    const first = await run(['rollback', '--drain', '0s']);
    assert.notEqual(first.exit, 0);
    assert.match(first.stderr, /agents stay paused; run it again, or orqctl agent resume --all/);
    assert.ok((await conditionsOf('crow')).includes(PAUSED));
    chmodSync(settings, 0o644);
    const second = await run(['rollback', '--drain', '0s']);
    assert.equal(second.exit, 0, second.stderr);
    assert.deepEqual(
      [(await conditionsOf('crow')).includes(PAUSED), (await conditionsOf('owl')).includes(PAUSED)],
      [false, true],
    );
    assert.equal(existsSync(join(home, '.local/share/orq/cutover.json')), false);
  });

  it('that broke off leaves no database behind that the next run would refuse', async () => {
    const settings = await lockedTree();
    const words = ['rollback', '--drain', '0s', '--to-db', 'old.db'];
    assert.notEqual((await run(words)).exit, 0);
    assert.equal(existsSync(join(home, 'old.db')), false);
    chmodSync(settings, 0o644);
    assert.equal((await run(words)).exit, 0);
    assert.equal(existsSync(join(home, 'old.db')), true);
  });

  it('says what to do where no daemon answers, and changes nothing', async () => {
    await lockedTree();
    const { exit, stderr } = await run(['rollback'], suite.folder.at('nobody.sock'));
    assert.notEqual(exit, 0);
    assert.match(stderr, /start orq-daemon.*again.*orqctl hooks uninstall --all/);
    assert.equal(existsSync(join(home, '.local/share/orq/cutover.json')), false);
  });
});
