import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, it } from 'node:test';
import { cutOver } from '../../../client/cutover/cutover.ts';
import { readCutover } from '../../../client/cutover/record.ts';
import { rollBack } from '../../../client/cutover/rollback.ts';
import { undoCutover } from '../../../client/cutover/undo.ts';
import { THIS_HOST, type Host } from '../../../client/hooks/host.ts';
import type { Worktree } from '../../../client/rollout/worktrees.ts';
import type { Scope } from '../../../client/service/scope.ts';
import { suiteDaemon } from '../../support/suite-daemon.ts';
import { orqctl } from '../orqctl/run-orqctl.ts';

const settingsOf = (folder: string): string => join(folder, '.claude/settings.local.json');

describe('a cutover', () => {
  const suite = suiteDaemon();
  let home = '';
  let host: Host = THIS_HOST;
  let count = 0;
  beforeEach(() => {
    count += 1;
    home = suite.folder.at(`home-${count}`);
    host = { ...THIS_HOST, env: { HOME: home } };
  });
  const treeOf = (name: string, more: Partial<Worktree> = {}): Worktree => {
    const folder = join(home, name);
    mkdirSync(join(folder, '.claude'), { recursive: true });
    writeFileSync(settingsOf(folder), '{}');
    const nobody = { sharedWith: [], agents: [], named: null, project: null };
    return { folder, ...nobody, clientVersion: null, fault: null, ...more };
  };
  const scope = (): Scope => ({
    kind: 'user',
    folder: join(home, 'units'),
    otherUnit: '',
    values: {
      exec: [],
      alert: [],
      systemd: 0,
      path: '',
      home,
      socket: suite.daemon.socket,
      stateDir: suite.daemon.stateDir,
      user: 'nobody',
    },
  });
  const run = (worktrees: readonly Worktree[]) =>
    cutOver(suite.client, {
      host,
      scope: scope(),
      socket: suite.daemon.socket,
      worktrees,
      dryRun: false,
      timeoutMs: 0,
      nowMs: count,
      report: () => undefined,
    });
  const undo = () =>
    undoCutover(suite.client, { host, scope: scope(), steps: ['modes', 'conflict', 'units', 'hooks'] });
  const modeOf = async (id: string): Promise<string | undefined> =>
    (await suite.client.agents({})).agents.find((agent) => agent.id === id)?.mode;

  const isPaused = async (id: string): Promise<boolean> =>
    (await suite.client.agents({})).agents.some(
      (agent) => agent.id === id && agent.conditions?.includes('paused'),
    );

  it('gives an agent its mode back that it put into push mode, because its client is too old for hooks', async () => {
    const agents = [{ id: 'old' }];
    await suite.client.importPage({ import: home, position: 0, messages: [], agents });
    await suite.client.importCommit({ import: home, pages: 1 });
    await run([treeOf('a', { agents: ['old'], clientVersion: '2.1.150' })]);
    assert.equal(await modeOf('old'), 'push');
    await undo();
    assert.equal(await modeOf('old'), 'pull');
  });

  it('lets those go on that a rollback has paused, not those that a human has, once their mail was taken back', async () => {
    const agents = [{ id: 'crow' }, { id: 'owl' }];
    await suite.client.importPage({ import: home, position: 0, messages: [], agents });
    await suite.client.importCommit({ import: home, pages: 1 });
    await suite.client.agentPause({ agent: 'owl' });
    const lines: string[] = [];
    const more = { host, scope: scope(), nowMs: count, report: (line: string) => void lines.push(line) };
    mkdirSync(home, { recursive: true });
    const toDb = join(home, 'back.db');
    await rollBack(suite.client, {
      ...more,
      file: join(home, 'pending.json'),
      toDb,
      oldMonitor: false,
      drainMs: 0,
      dryRun: false,
      warn: () => undefined,
    });
    assert.deepEqual([await isPaused('crow'), await isPaused('owl')], [true, true]);

    await assert.rejects(run([]), {
      code: 'wrong_state',
      details: { commands: [`orqctl takeover ${toDb}`, 'orqctl cutover'] },
    });
    assert.equal(await isPaused('crow'), true);
    const env = { HOME: home, XDG_DATA_HOME: '', XDG_CONFIG_HOME: '', CLAUDE_CONFIG_DIR: '' };
    const taken = await orqctl(['takeover', toDb], { socket: suite.daemon.socket, env });
    assert.equal(taken.exit, 0, taken.stderr);

    const { steps } = await run([]);
    assert.deepEqual([await isPaused('crow'), await isPaused('owl')], [false, true]);
    const did = steps.find(({ step }) => step === 'modes')?.did ?? [];
    assert.ok(did.includes('crow goes on, a rollback had paused it'), did.join());
    await suite.client.agentPause({ agent: 'crow' });
    await run([]);
    assert.equal(await isPaused('crow'), true);
  });

  it('that broke off in the middle of its installs takes back those that it made', async () => {
    const [one, two] = [treeOf('a'), treeOf('b')];
    const broken = Object.defineProperty({ ...two }, 'named', {
      get: () => {
        throw new Error('as a kill would');
      },
    });
    await assert.rejects(run([one, broken]), /as a kill would/);
    assert.match(readFileSync(settingsOf(one.folder), 'utf8'), /orq-hook/);
    await undo();
    assert.equal(readFileSync(settingsOf(one.folder), 'utf8'), '{}');
    assert.equal(await readCutover(host), null);
  });
});
