/** The parked client: it waits as long as its parent lives, over restarts of the daemon, and no longer. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { setTimeout as afterMs } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type Peer, type RawServer, isWholeRequest, openRawServer } from '../../support/raw-server.ts';
import { testFolder } from '../../support/folder.ts';
import { answerBytes } from './answer-bytes.ts';
import {
  type HookClient,
  NATIVE,
  SILENCE,
  TWIN,
  describeClients,
  outcomeOf,
  startHook,
  withoutTime,
} from './clients.ts';

const BELL = { code: 2, stdout: '', stderr: 'bell' };

async function parked(server: RawServer): Promise<{ peer: Peer; request: string }> {
  const peer = await server.accept();
  return { peer, request: await peer.until(isWholeRequest) };
}

/** False for a process that has ended, also where nobody has asked for its exit code. */
function isRunning(pid: string): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && !readFileSync(stat, 'utf8').includes(') Z ');
}

async function endOf(pid: string): Promise<void> {
  while (isRunning(pid)) await afterMs(20);
}

/** Rejects after 10 s instead of waiting for a process that has outlived its parent. */
async function soon<Value>(value: Promise<Value>): Promise<Value> {
  const late = afterMs(10_000, undefined, { ref: false }).then(() => assert.fail('still running after 10 s'));
  return Promise.race([value, late]);
}

/** An agent that starts a waiter and then does nothing. `how` is JavaScript that gets `command` and starts it. */
function startAgent(client: HookClient, server: RawServer, how: string): ChildProcess {
  const command = [client.path, ...client.words, 'wait', '--socket', server.path];
  const script = `const { spawn } = require('node:child_process'); const command = ${JSON.stringify(command)}; ${how}; setInterval(() => {}, 1e6);`;
  return spawn(process.execPath, ['-e', script], { stdio: 'ignore' });
}

const KINDS_OF_SPAWN: Readonly<Record<string, string>> = {
  'by its name and words': `spawn(command[0], command.slice(1)).stdin.end('{}')`,
  'through a shell that hands over to it': `spawn('/bin/sh', ['-c', 'exec "$@"', 'sh', ...command]).stdin.end('{}')`,
  'with stdin left open': `spawn(command[0], command.slice(1), { stdio: [require('node:fs').openSync('/dev/null'), 'pipe', 'pipe'] })`,
};

describeClients('a parked orq-hook', (client) => {
  it('parks again with the same request when the daemon restarts', async () => {
    using folder = testFolder();
    const path = join(folder.path, 's');
    const stdin = `{"text":"${'x'.repeat(300_000)}"}`;
    const first = await openRawServer(path);
    const outcome = outcomeOf(startHook(client, ['wait', '--socket', path], { stdin }));
    const { request } = await parked(first);
    await first.close();
    const second = await openRawServer(path);
    const { peer, request: again } = await parked(second);
    assert.ok(again === request);
    peer.send(answerBytes({ exit: 2, body: 'bell' }).slice(0, -2));
    await second.close();
    await using third = await openRawServer(path);
    (await parked(third)).peer.send(answerBytes({ exit: 2, body: 'bell' }));
    assert.deepEqual(withoutTime(await outcome), BELL);
  });

  it('goes on trying while the socket is missing or dead', async () => {
    using folder = testFolder();
    const path = join(folder.path, 's');
    const server = await openRawServer(path);
    const outcome = outcomeOf(startHook(client, ['wait', '--socket', path]));
    await parked(server);
    await server.close();
    const failsAtLeastOnceMs = 250;
    await afterMs(failsAtLeastOnceMs);
    writeFileSync(path, '');
    await afterMs(failsAtLeastOnceMs);
    rmSync(path);
    await using back = await openRawServer(path);
    (await parked(back)).peer.send(answerBytes({ exit: 2, body: 'bell' }));
    assert.deepEqual(withoutTime(await outcome), BELL);
  });

  it('outlasts the deadline of an event', async () => {
    using folder = testFolder();
    await using server = await openRawServer(join(folder.path, 's'));
    const outcome = outcomeOf(startHook(client, ['wait', '--socket', server.path]));
    const { peer } = await parked(server);
    await afterMs(1100);
    peer.send(answerBytes({ exit: 2, body: 'bell' }));
    assert.deepEqual(withoutTime(await outcome), BELL);
  });

  it('ends in silence when it is answered without a bell', async () => {
    using folder = testFolder();
    await using server = await openRawServer(join(folder.path, 's'));
    for (const bytes of [answerBytes({}), 'HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\n\r\n']) {
      const outcome = outcomeOf(startHook(client, ['wait', '--socket', server.path]));
      (await parked(server)).peer.send(bytes);
      assert.deepEqual(withoutTime(await outcome), SILENCE);
      assert.equal(server.pending, 0);
    }
  });

  for (const [kind, how] of Object.entries(KINDS_OF_SPAWN)) {
    it(`dies with a parent that is killed and had started it ${kind}`, async () => {
      using folder = testFolder();
      await using server = await openRawServer(join(folder.path, 's'));
      const agent = startAgent(client, server, how);
      const { peer, request } = await parked(server);
      agent.kill('SIGKILL');
      assert.equal(await soon(peer.ended()), request);
      assert.equal(server.pending, 0);
    });
  }

  it('dies with its parent while it tries to park again', async () => {
    using folder = testFolder();
    const server = await openRawServer(join(folder.path, 's'));
    const agent = startAgent(client, server, KINDS_OF_SPAWN['by its name and words'] ?? '');
    const { request } = await parked(server);
    const pid = /\r\norq-pid: (\d+)/.exec(request)?.[1];
    assert.equal(Number(pid), agent.pid);
    const children = readFileSync(`/proc/${agent.pid}/task/${agent.pid}/children`, 'utf8').trim();
    assert.match(children, /^\d+$/);
    await server.close();
    agent.kill('SIGKILL');
    await once(agent, 'exit');
    await soon(endOf(children));
  });

  it('stays when only the thread that started it ends', async () => {
    using folder = testFolder();
    await using server = await openRawServer(join(folder.path, 's'));
    const files = ['in', 'out', 'err'].map((name) => join(folder.path, name));
    for (const file of files) writeFileSync(file, '');
    const stdio = files.map((file) => openSync(file, 'r+'));
    const command = [client.path, ...client.words, 'wait', '--socket', server.path];
    const script = `const { workerData } = require('node:worker_threads');
      const { command, stdio } = workerData;
      require('node:child_process').spawn(command[0], command.slice(1), { stdio });
      setInterval(() => {}, 1e6);`;
    const thread = new Worker(script, { eval: true, workerData: { command, stdio } });
    const { peer } = await parked(server);
    await thread.terminate();
    peer.send(answerBytes({ exit: 2, body: 'bell' }));
    await peer.ended();
    for (const file of stdio) closeSync(file);
    assert.equal(readFileSync(files[2] ?? '', 'utf8'), 'bell');
  });
});

it('keeps less than 1 MiB of private memory', { skip: NATIVE ? false : 'no C compiler' }, async () => {
  using folder = testFolder();
  await using server = await openRawServer(join(folder.path, 's'));
  const child = startHook(NATIVE ?? TWIN, ['wait', '--socket', server.path], { stdin: 'x'.repeat(100_000) });
  const outcome = outcomeOf(child);
  const { peer } = await parked(server);
  const rollup = readFileSync(`/proc/${child.pid}/smaps_rollup`, 'utf8');
  const privateKib = [...rollup.matchAll(/^Private_\w+: +(\d+) kB$/gm)].reduce(
    (sum, [, kib]) => sum + Number(kib),
    0,
  );
  peer.send(answerBytes({}));
  await outcome;
  assert.ok(privateKib > 0 && privateKib < 1024, `${privateKib} KiB`);
});
