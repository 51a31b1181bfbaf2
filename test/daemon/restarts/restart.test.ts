import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { until } from '../../support/until.ts';
import { openFleet, type Fleet, type Worker } from './fleet.ts';

const kill = ({ pid }: { pid: number }): void => void process.kill(pid, 'SIGKILL');

/** Resolves with the rows of an agent when the newest is as wanted. */
function settled(fleet: Fleet, { agent }: Worker, newest: string): Promise<string[]> {
  return until(async () => {
    const rows = await fleet.outcomes(agent);
    return rows[0] === newest ? rows : undefined;
  });
}

describe('an agent whose client dies', { timeout: 120_000 }, () => {
  it('is started again in its pane with its session, 20 times in a row, and loses no message', async () => {
    await using fleet = await openFleet({ ORQ_RESTART_QUIET_MS: '1' });
    const worker = await fleet.start('bar', 'shell');
    const window = fleet.tmux.run('display-message', '-p', '-t', worker.pane, '#{window_id}');
    for (let round = 1; round <= 20; round += 1) {
      const life = await worker.alive(round);
      await fleet.client.enqueue({ agent: worker.agent, text: `text-${round}` });
      kill(life);
      await fleet.client.enqueue({ agent: worker.agent, text: `text-${100 + round}` });
      const next = await worker.alive(round + 1);
      assert.equal(next.pane, worker.pane);
      assert.deepEqual(next.words, ['--resume', life.session, '--verbose']);
    }
    await until(() => (new Set(worker.heard()).size === 40 ? true : undefined));
    assert.equal(worker.lives().length, 21);
    assert.equal(fleet.tmux.run('display-message', '-p', '-t', worker.pane, '#{window_id}'), window);
    const { dead, ready, leased } = await fleet.client.counts({ agent: worker.agent });
    assert.deepEqual({ dead, ready, leased }, { dead: 0, ready: 0, leased: 0 });
    assert.deepEqual(new Set(await fleet.outcomes(worker.agent)), new Set(['crashed restarted']));
  });

  it('gets a new window under its id where its pane went with it', async () => {
    await using fleet = await openFleet();
    const worker = await fleet.start('gone');
    kill(await worker.alive(1));
    const life = await worker.alive(2);
    assert.notEqual(life.pane, worker.pane);
    assert.equal(
      fleet.tmux.run('display-message', '-p', '-t', life.pane, '#{window_name} #{@orq_agent}'),
      'gone work:gone',
    );
    assert.deepEqual(await fleet.outcomes(worker.agent), ['pane_lost restarted']);
    kill(life);
    assert.equal((await worker.alive(3)).pane, life.pane);
    const [first, second] = worker.told();
    assert.match(first ?? '', /^orq: this session receives/);
    assert.match(second ?? '', /REBRIEF/);
  });

  it('is never given a recorded key', async () => {
    await using fleet = await openFleet();
    const worker = await fleet.start('keyless');
    kill(await worker.alive(1));
    const { names } = await worker.alive(2);
    assert.ok(names.includes('ORQ_SOCKET') && !names.includes('SECRET_KEY'));
  });

  it('finds its programs where it found them before, whatever the daemon finds', async () => {
    await using fleet = await openFleet();
    const worker = await fleet.start('found');
    const life = await worker.alive(1);
    assert.notEqual(life.path, process.env['PATH']);
    kill(life);
    assert.equal((await worker.alive(2)).path, life.path);
  });

  it('is started without its session where it does not come up with it', async () => {
    await using fleet = await openFleet();
    const worker = await fleet.start('stale');
    worker.let('no-resume');
    kill(await worker.alive(1));
    const life = await worker.alive(3);
    assert.deepEqual(life.words, ['--verbose']);
    assert.deepEqual(await fleet.outcomes(worker.agent), ['pane_lost restarted']);
  });

  it('comes back with its tmux server, once that was killed', async () => {
    await using fleet = await openFleet();
    const worker = await fleet.start('server');
    fleet.tmux.kill();
    const life = await worker.alive(2);
    try {
      assert.equal(life.session, worker.lives()[0]?.session);
      assert.deepEqual(await settled(fleet, worker, 'server_lost restarted'), ['server_lost restarted']);
    } finally {
      fleet.tmux.run('kill-server');
    }
  });

  it('is left alone where its window was closed or it was told to exit', async () => {
    await using fleet = await openFleet();
    const [closed, exited] = [await fleet.start('closed'), await fleet.start('exited')];
    fleet.tmux.run('kill-window', '-t', 'work:closed');
    assert.deepEqual(await settled(fleet, closed, 'closed none'), ['closed none']);
    process.kill((await exited.alive(1)).pid, 'SIGINT');
    assert.deepEqual(await settled(fleet, exited, 'clean_exit none'), ['clean_exit none']);
    assert.deepEqual([closed.lives().length, exited.lives().length], [1, 1]);
  });
});

describe('a crash loop', { timeout: 60_000 }, () => {
  it('stops at the limit, is held with the reason, outlives the daemon, and ends when a person says so', async () => {
    await using fleet = await openFleet({ ORQ_RESTART_LIMIT: '3' });
    const worker = await fleet.start('loop');
    worker.let('crash');
    kill(await worker.alive(1));
    await settled(fleet, worker, 'crashed held');
    assert.equal(worker.lives().length, 4);
    await fleet.daemon.kill9();
    await fleet.daemon.restart();
    const { agents } = await fleet.client.agents({});
    const { conditions } = agents.find(({ id }) => id === worker.agent) ?? {};
    assert.deepEqual(
      conditions?.filter((word) => word.startsWith('held')),
      ['held: crash loop: 3 restarts in 600000 ms'],
    );
    assert.equal(worker.lives().length, 4);
    await fleet.client.agentResume({ agent: worker.agent });
    await until(() => (worker.lives().length > 4 ? true : undefined));
  });
});

describe('a restart under way', { timeout: 60_000 }, () => {
  it('is taken up by the next daemon without a second client', async () => {
    await using fleet = await openFleet();
    const worker = await fleet.start('half');
    worker.let('mute');
    kill(await worker.alive(1));
    await until(() => worker.lives()[1]);
    await fleet.daemon.kill9();
    await fleet.daemon.restart();
    await fleet.client.health({});
    const [row] = (await fleet.client.restarts({ agent: worker.agent })).restarts;
    assert.deepEqual([row?.outcome, row?.pid], ['starting', worker.lives()[1]?.pid]);
    assert.equal(worker.lives().length, 2);
  });
});

describe('a person', { timeout: 60_000 }, () => {
  it('stops an agent, which stays so, and starts it again with its session', async () => {
    await using fleet = await openFleet();
    const worker = await fleet.start('obeys', 'shell');
    const life = await worker.alive(1);
    const stopped = await fleet.client.agentStop({ agent: worker.agent });
    assert.deepEqual(stopped.agents, [{ id: worker.agent, pid: life.pid }]);
    await settled(fleet, worker, 'stopped none');
    const started = await fleet.client.agentStart({ all: true });
    assert.equal(started.agents[0]?.state, 'starting');
    assert.deepEqual((await worker.alive(2)).words, ['--resume', life.session, '--verbose']);
    assert.equal((await fleet.client.agentStart({ all: true })).agents[0]?.state, 'alive');
  });

  it('restarts one that lives: the old client is gone before the new one comes', async () => {
    await using fleet = await openFleet();
    const worker = await fleet.start('again', 'shell');
    const { pid } = await worker.alive(1);
    await fleet.client.agentRestart({ agent: worker.agent });
    assert.notEqual((await worker.alive(2)).pid, pid);
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
    assert.equal(worker.lives().length, 2);
    await settled(fleet, worker, 'stopped none');
  });

  it('runs a new agent in a window of its own, with its first prompt, and it comes back there', async () => {
    await using fleet = await openFleet();
    const folder = join(fleet.folder, 'new');
    mkdirSync(folder);
    const environment = { ORQ_SOCKET: fleet.daemon.socket, PATH: process.env['PATH'] ?? '' };
    const argv = [join(fleet.folder, 'claude'), '--verbose', 'do it'];
    const request = { agent: 'newcomer', argv, folder, environment, tmuxSocket: fleet.tmux.socket };
    await fleet.client.agentRun({ ...request, tmuxSession: 'work' });
    const worker = fleet.in(folder, 'newcomer');
    const life = await worker.alive(1);
    assert.deepEqual(life.words, ['--verbose', 'do it']);
    await settled(fleet, worker, 'requested restarted');
    kill(life);
    assert.equal((await worker.alive(2)).pane, life.pane);
    await assert.rejects(fleet.client.agentRun(request), { code: 'wrong_state' });
  });
});
