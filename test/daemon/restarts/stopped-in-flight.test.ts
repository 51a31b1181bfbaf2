import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { testFolder } from '../../support/folder.ts';
import { until } from '../../support/until.ts';
import { openFleet, type Fleet, type Worker } from './fleet.ts';

interface SlowTmux extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
  /** Lets no command with this word in it through before `open`. */
  hold(word: string): void;
  /** Resolves when a command is held. */
  held(): Promise<void>;
  open(): void;
}

/** A tmux for the daemon that waits at a gate. */
function slowTmux(): SlowTmux {
  const folder = testFolder();
  const [bin, gate, reached] = [folder.at('bin'), folder.at('gate'), folder.at('reached')];
  mkdirSync(bin);
  const path = process.env['PATH'] ?? '';
  const script = [
    '#!/bin/sh',
    `if [ -e ${gate} ]; then word=$(cat ${gate}); case " $* " in *" $word "*)`,
    `  : > ${reached}; while [ -e ${gate} ]; do sleep 0.02; done;; esac; fi`,
    `PATH='${path}' exec tmux "$@"`,
  ];
  writeFileSync(join(bin, 'tmux'), `${script.join('\n')}\n`);
  chmodSync(join(bin, 'tmux'), 0o755);
  return {
    env: { PATH: `${bin}:${path}` },
    hold: (word) => writeFileSync(gate, word),
    held: async () => void (await until(() => existsSync(reached) || undefined)),
    open: () => rmSync(gate, { force: true }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** Kills the worker's client and comes back when its next start has reached the command. */
async function inFlight(fleet: Fleet, tmux: SlowTmux, worker: Worker, word: string): Promise<void> {
  tmux.hold(word);
  process.kill((await worker.alive(1)).pid, 'SIGKILL');
  await tmux.held();
  const [row] = (await fleet.client.restarts({ agent: worker.agent })).restarts;
  assert.deepEqual([row?.outcome, row?.pid], ['starting', null]);
}

const isGone = (pid: number): boolean => {
  try {
    return !process.kill(pid, 0);
  } catch {
    return true;
  }
};

const rows = async (fleet: Fleet, { agent }: Worker) =>
  (await fleet.client.restarts({ agent })).restarts.map(({ cause, outcome, reason }) => [
    cause,
    outcome,
    reason,
  ]);

describe('an agent that is stopped while it is being started', { timeout: 60_000 }, () => {
  it('leaves no client that runs, counts as no crash, and stays so until somebody starts it', async () => {
    await using tmux = slowTmux();
    await using fleet = await openFleet(tmux.env);
    const worker = await fleet.start('late', 'shell');
    await inFlight(fleet, tmux, worker, 'respawn-pane');
    await fleet.client.agentStop({ agent: worker.agent });
    tmux.open();
    await until(async () => ((await rows(fleet, worker)).length > 1 ? true : undefined));
    assert.deepEqual(await rows(fleet, worker), [
      ['stopped', 'none', 'it was stopped'],
      ['crashed', 'none', 'a person had it stopped'],
    ]);
    assert.ok(worker.lives().every(({ pid }) => isGone(pid)));
    const count = worker.lives().length;
    await fleet.client.agentStart({ agent: worker.agent });
    await worker.alive(count + 1);
  });

  it('is not started where its window was only being opened, and leaves no window', async () => {
    await using tmux = slowTmux();
    await using fleet = await openFleet(tmux.env);
    const worker = await fleet.start('early');
    await inFlight(fleet, tmux, worker, 'new-window');
    await fleet.client.agentStop({ agent: worker.agent });
    tmux.open();
    await until(async () => ((await rows(fleet, worker))[0]?.[1] === 'none' ? true : undefined));
    assert.deepEqual(await rows(fleet, worker), [['pane_lost', 'none', 'a person had it stopped']]);
    await until(() =>
      fleet.tmux.run('list-windows', '-F', '#{window_name}').includes('early') ? undefined : true,
    );
    assert.equal(worker.lives().length, 1);
  });

  it('is started once where a person has it restarted just then', async () => {
    await using tmux = slowTmux();
    await using fleet = await openFleet(tmux.env);
    const worker = await fleet.start('twice', 'shell');
    await inFlight(fleet, tmux, worker, 'respawn-pane');
    await fleet.client.agentRestart({ agent: worker.agent });
    tmux.open();
    await worker.alive(2);
    await until(async () => ((await rows(fleet, worker))[0]?.[1] === 'restarted' ? true : undefined));
    assert.deepEqual(
      (await rows(fleet, worker)).map(([cause]) => cause),
      ['crashed'],
    );
    assert.equal(worker.lives().length, 2);
  });
});
