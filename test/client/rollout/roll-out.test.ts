import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, it } from 'node:test';
import { rollOut } from '../../../client/rollout/roll-out.ts';
import type { Worktree } from '../../../client/rollout/worktrees.ts';
import { THIS_HOST } from '../../../client/hooks/host.ts';
import { suiteDaemon } from '../../support/suite-daemon.ts';
import { orqctl } from '../orqctl/run-orqctl.ts';

interface Told {
  readonly ok: boolean;
  readonly stops: { readonly folder: string; readonly outcome: string; readonly reason: string | null }[];
  readonly canary: { readonly agent: string; readonly proven: boolean } | null;
}

interface Checked {
  readonly worktrees: readonly { readonly by: string }[];
}

const settingsOf = (folder: string): string => join(folder, '.claude/settings.local.json');

describe('a roll-out to many worktrees', () => {
  const suite = suiteDaemon();
  let home = '';
  let count = 0;
  beforeEach(() => {
    count += 1;
    home = suite.folder.at(`home-${count}`);
    mkdirSync(home);
  });
  const env = (): Record<string, string> => ({
    HOME: home,
    XDG_DATA_HOME: '',
    XDG_CONFIG_HOME: '',
    CLAUDE_CONFIG_DIR: '',
  });
  const hooks = (...words: string[]) =>
    orqctl(['hooks', ...words], { socket: suite.daemon.socket, env: env(), cwd: home });
  const tree = (name: string): string => {
    const folder = join(home, name);
    mkdirSync(join(folder, '.claude'), { recursive: true });
    return folder;
  };
  const listOf = (lines: readonly string[]): string => {
    const list = join(home, 'list');
    writeFileSync(list, `# the fleet\n\n${lines.join('\n')}\n`);
    return list;
  };
  const outcomes = (stdout: string): string[] =>
    (JSON.parse(stdout) as Told).stops.map(({ outcome }) => outcome);

  it('stops at the first failure, touches nobody behind it, and goes on there when it is run again', async () => {
    const [one, two, three] = [tree('a'), tree('b'), tree('c')] as const;
    writeFileSync(settingsOf(two), '{ damaged');
    const list = listOf([one, two, three]);
    const first = await hooks('install', '--list', list, '--json');
    assert.equal(first.exit, 4, first.stderr);
    assert.deepEqual(outcomes(first.stdout), ['installed', 'failed', 'not reached']);
    assert.equal(existsSync(settingsOf(three)), false);
    writeFileSync(settingsOf(two), '{}');
    const second = await hooks('install', '--list', list, '--json');
    assert.equal(second.exit, 0, second.stderr);
    assert.deepEqual(outcomes(second.stdout), ['unchanged', 'installed', 'installed']);
    assert.equal((await hooks('check', '--list', list)).exit, 0);
    assert.equal((await hooks('uninstall', '--all')).exit, 0);
    assert.equal(readFileSync(settingsOf(two), 'utf8'), '{}');
    assert.equal(existsSync(settingsOf(one)), false);
  });

  it('touches nobody but the canary before that has proven a delivery', async () => {
    const [one, two] = [tree('a'), tree('b')] as const;
    const list = listOf([one, `${two}\tbird-${count}`]);
    const ran = await hooks(
      'install',
      '--list',
      list,
      '--canary',
      `bird-${count}`,
      '--timeout',
      '1s',
      '--json',
    );
    assert.equal(ran.exit, 17, ran.stderr);
    const { ok, stops, canary } = JSON.parse(ran.stdout) as Told;
    assert.deepEqual([ok, canary?.proven], [false, false]);
    assert.deepEqual(
      stops.map(({ folder, outcome }) => [folder, outcome]),
      [
        [two, 'installed'],
        [one, 'not reached'],
      ],
    );
    assert.equal(existsSync(settingsOf(one)), false);
    const unknown = await hooks('install', '--list', list, '--canary', 'nobody');
    assert.deepEqual([unknown.exit, existsSync(settingsOf(one))], [3, false]);
  });

  it('asks the canary itself for the proof, whoever else works in its folder', async () => {
    const one = tree('a');
    const list = listOf([`${one}\tfirst-${count}`, `${one}\tbird-${count}`]);
    const words = ['--list', list, '--canary', `bird-${count}`, '--timeout', '1s', '--json'];
    const { canary } = JSON.parse((await hooks('install', ...words)).stdout) as Told;
    assert.equal(canary?.agent, `bird-${count}`);
  });

  it('passes over folders that are gone, and says what would be done without doing it', async () => {
    const [one, gone] = [tree('a'), tree('b')] as const;
    rmSync(gone, { recursive: true });
    const list = listOf([gone, one]);
    const dry = await hooks('install', '--list', list, '--dry-run', '--json');
    assert.deepEqual([dry.exit, outcomes(dry.stdout).toSorted()], [0, ['installed', 'missing']]);
    assert.equal(existsSync(settingsOf(one)), false);
  });

  it('gives worktrees that share a settings file one install', async () => {
    const [one, two] = [tree('a'), tree('b')] as const;
    rmSync(join(two, '.claude'), { recursive: true });
    symlinkSync(join(one, '.claude'), join(two, '.claude'));
    const ran = await hooks('install', '--list', listOf([one, two]), '--json');
    const { stops } = JSON.parse(ran.stdout) as { stops: { folder: string; sharedWith: string[] }[] };
    assert.deepEqual(
      stops.map(({ folder, sharedWith }) => [folder, sharedWith]),
      [[one, [two]]],
    );
  });

  it('takes the old system out of each worktree, also where they share the file that gets the hooks', async () => {
    const old = `{"hooks":{"Stop":[{"hooks":[{"type":"command","command":"python3 .claude/hooks/check_queue.py"}]}]}}`;
    const [one, two] = [tree('a'), tree('b')] as const;
    writeFileSync(settingsOf(one), '{}');
    symlinkSync(settingsOf(one), settingsOf(two));
    for (const each of [one, two]) writeFileSync(join(each, '.claude/settings.json'), old);
    const list = listOf([one, two]);
    const before = JSON.parse((await hooks('check', '--list', list, '--json')).stdout) as Checked;
    assert.deepEqual(
      before.worktrees.map(({ by }) => by),
      ['the old system'],
    );
    assert.equal((await hooks('install', '--list', list)).exit, 0);
    const after = await hooks('check', '--list', list);
    assert.equal(after.exit, 0, after.stdout);
    assert.equal(readFileSync(join(two, '.claude/settings.json'), 'utf8'), '{}');
    assert.match((await hooks('uninstall', one)).stdout, /the hooks stay, for the worktrees that share/);
    assert.equal((await hooks('uninstall', two)).exit, 0);
    for (const each of [one, two])
      assert.equal(readFileSync(join(each, '.claude/settings.json'), 'utf8'), old);
    assert.equal(readFileSync(settingsOf(one), 'utf8'), '{}');
  });

  it('writes no hooks for a client that is too old for them: its agent is in push mode', async () => {
    const agent = `old-${count}`;
    await suite.client.importPage({
      import: agent,
      position: 0,
      messages: [],
      agents: [{ id: agent }],
    });
    await suite.client.importCommit({ import: agent, pages: 1 });
    const worktree: Worktree = {
      folder: tree('a'),
      sharedWith: [],
      agents: [agent],
      named: null,
      project: null,
      clientVersion: '2.1.150',
      fault: null,
    };
    const { ok, stops } = await rollOut(suite.client, [worktree], {
      socket: suite.daemon.socket,
      allowOrqctl: false,
      canary: undefined,
      timeoutMs: 1,
      dryRun: false,
      host: { ...THIS_HOST, env: { ...process.env, ...env() } },
      report: () => undefined,
    });
    assert.deepEqual([ok, stops[0]?.outcome], [true, 'too old']);
    assert.equal(existsSync(settingsOf(worktree.folder)), false);
    const { agents } = await suite.client.agents({});
    assert.equal(agents.find(({ id }) => id === agent)?.mode, 'push');
  });

  it('only takes out the hooks of the old system where the user has orq’s for all folders', async () => {
    const one = tree('a');
    const old = `{"hooks":{"Stop":[{"hooks":[{"type":"command","command":"python3 .claude/hooks/check_queue.py --check-idle"}]}]}}`;
    writeFileSync(settingsOf(one), old);
    const list = listOf([one]);
    assert.equal((await hooks('install', '--user')).exit, 0);
    const twice = await hooks('check', '--list', list, '--json');
    const { worktrees } = JSON.parse(twice.stdout) as { worktrees: { by: string }[] };
    assert.deepEqual([twice.exit, worktrees[0]?.by], [4, 'both']);
    assert.equal((await hooks('install', '--list', list)).exit, 0);
    assert.equal(readFileSync(settingsOf(one), 'utf8'), '{}');
    assert.equal((await hooks('check', '--list', list)).exit, 0);
    assert.equal((await hooks('uninstall', '--all')).exit, 0);
    assert.equal(readFileSync(settingsOf(one), 'utf8'), old);
    assert.equal(existsSync(join(home, '.claude')), false);
  });

  it('is a way of its own to name folders', async () => {
    assert.equal((await hooks('install', '--all', '--user')).exit, 2);
    assert.equal((await hooks('install', '.', '--canary', 'x')).exit, 2);
  });
});
