import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ERRORS } from '../../src/protocol/errors.ts';
import { testFolder } from '../support/folder.ts';
import { DAEMON, daemonEnvironment, startDaemon } from '../support/daemon.ts';
import { runDaemon } from './run-daemon.ts';
import { httpCall } from './http-call.ts';

const PING = { method: 'GET', path: '/v1/ping' } as const;

/** A socket path of exactly `bytes` bytes below `folder`. */
function pathOfLength(folder: string, bytes: number): string {
  return join(folder, 'x'.repeat(bytes - Buffer.byteLength(folder) - 1));
}

describe('the socket of the daemon', { concurrency: 2 }, () => {
  it('takes a path of 107 bytes', async () => {
    using folder = testFolder();
    const socket = pathOfLength(folder.path, 107);
    await using daemon = await startDaemon({ folder: folder.path, env: { ORQ_SOCKET: socket } });
    assert.equal((await httpCall(daemon.socket, PING)).status, 200);
  });

  it('refuses a path of 108 bytes in one line and leaves nothing', async () => {
    using folder = testFolder();
    const socket = pathOfLength(folder.path, 108);
    const { code, stderr } = await runDaemon(folder.path, { env: { ORQ_SOCKET: socket } });
    assert.equal(code, ERRORS.socket_unusable.exit);
    assert.equal(stderr, `orq-daemon: socket path ${socket} has 108 bytes, the kernel takes 107\n`);
    assert.equal(existsSync(join(folder.path, 'state')), false);
  });

  it('replaces the socket that a killed daemon left', async () => {
    using folder = testFolder();
    await using daemon = await startDaemon({ folder: folder.path });
    await daemon.kill9();
    assert.ok(statSync(daemon.socket).isSocket());
    await daemon.restart();
    assert.equal((await httpCall(daemon.socket, PING)).status, 200);
  });

  it('refuses a path taken by a file, and leaves the file as it is', async () => {
    using folder = testFolder();
    const socket = join(folder.path, 'orq.sock');
    writeFileSync(socket, 'precious');
    const { code, stderr } = await runDaemon(folder.path);
    assert.equal(code, ERRORS.socket_unusable.exit);
    assert.match(stderr, /^orq-daemon: .*orq\.sock is taken by something that is no socket\n$/);
    assert.equal(readFileSync(socket, 'utf8'), 'precious');
  });

  it(
    'refuses a socket of another user',
    { skip: process.getuid?.() !== 0 && 'only root can give a file away' },
    async () => {
      using folder = testFolder();
      const path = join(folder.path, 'orq.sock');
      const server = createServer().listen(path);
      await once(server, 'listening');
      chownSync(path, 65_534, 65_534);
      const { code, stderr } = await runDaemon(folder.path);
      assert.equal(code, ERRORS.socket_unusable.exit);
      assert.match(stderr, /belongs to user 65534\n$/);
      assert.ok(statSync(path).isSocket());
      server.close();
    },
  );

  it('refuses a second daemon on the same state directory', async () => {
    using folder = testFolder();
    await using daemon = await startDaemon({ folder: folder.path });
    const { code, stderr } = await runDaemon(folder.path, {
      env: { ORQ_SOCKET: join(folder.path, 'b.sock') },
    });
    assert.equal(code, ERRORS.instance_running.exit);
    assert.match(stderr, /^orq-daemon: another orq-daemon holds .*lock\.db\n$/);
    assert.equal((await httpCall(daemon.socket, PING)).status, 200);
  });

  it('refuses a socket on which another program listens', async () => {
    using folder = testFolder();
    const path = join(folder.path, 'orq.sock');
    const server = createServer((peer) => peer.end()).listen(path);
    await once(server, 'listening');
    const { code } = await runDaemon(folder.path);
    assert.equal(code, ERRORS.instance_running.exit);
    assert.ok(statSync(path).isSocket());
    server.close();
  });

  it('refuses a socket whose program is too busy to take another connection', async () => {
    using folder = testFolder();
    const path = join(folder.path, 'orq.sock');
    const listening = await stoppedListener(path);
    const filling = await fillBacklog(path);
    try {
      const { code } = await runDaemon(folder.path);
      assert.equal(code, ERRORS.instance_running.exit);
      assert.ok(existsSync(path));
    } finally {
      for (const peer of filling) peer.destroy();
      listening.kill('SIGKILL');
      await once(listening, 'close');
    }
  });

  it('is readable by its owner alone, whatever umask the daemon was started with', async () => {
    using folder = testFolder();
    const runtime = join(folder.path, 'run');
    const env = { ...daemonEnvironment(folder.path), ORQ_SOCKET: join(runtime, 'orq.sock') };
    const daemon = spawn('sh', ['-c', 'umask 000; exec "$0" "$@"', process.execPath, DAEMON, '--welcome'], {
      env,
    });
    try {
      await once(daemon.stdout, 'data');
      const modes = [
        runtime,
        env.ORQ_SOCKET,
        join(folder.path, 'state'),
        join(folder.path, 'state/orq.db'),
      ].map((path) => statSync(path).mode & 0o777);
      assert.deepEqual(modes, [0o700, 0o600, 0o700, 0o600]);
    } finally {
      daemon.kill('SIGKILL');
      await once(daemon, 'close');
    }
  });

  const activate = '/usr/bin/systemd-socket-activate';
  it(
    'serves on a socket that was handed over',
    { skip: !existsSync(activate) && `${activate} is missing` },
    async () => {
      using folder = testFolder();
      const path = join(folder.path, 'handed.sock');
      const env = { ...daemonEnvironment(folder.path), ORQ_SOCKET: path };
      const words = Object.entries(env).map(([name, value]) => `--setenv=${name}=${value}`);
      const daemon = spawn(activate, ['-l', path, ...words, process.execPath, DAEMON], { env });
      try {
        let log = '';
        daemon.stderr.setEncoding('utf8').on('data', (piece: string) => (log += piece));
        while (!log.includes('Listening on')) await once(daemon.stderr, 'data');
        assert.equal((await httpCall(path, PING)).status, 200);
        while (!log.includes('daemon_ready')) await once(daemon.stderr, 'data');
      } finally {
        daemon.kill('SIGTERM');
        await once(daemon, 'close');
      }
      assert.ok(existsSync(path), 'the socket belongs to whoever handed it over');
    },
  );

  it('does not make folders of others readable, and makes missing ones for the owner alone', async () => {
    using folder = testFolder();
    const deep = join(folder.path, 'a/b/orq.sock');
    mkdirSync(join(folder.path, 'a'), { mode: 0o700 });
    await using daemon = await startDaemon({ folder: folder.path, env: { ORQ_SOCKET: deep } });
    assert.equal(statSync(join(folder.path, 'a/b')).mode & 0o777, 0o700);
    assert.equal(daemon.socket, deep);
  });
});

/** A program that listens and never accepts. */
async function stoppedListener(path: string): Promise<ChildProcess> {
  const script = `require('net').createServer().listen({path: ${JSON.stringify(path)}, backlog: 1}, () => process.stdout.write('up'))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  if (child.stdout) await once(child.stdout, 'data');
  child.kill('SIGSTOP');
  return child;
}

/** Connects until the kernel says that there is no room. */
async function fillBacklog(path: string): Promise<Socket[]> {
  const peers: Socket[] = [];
  for (;;) {
    const peer = connect(path);
    const taken = await new Promise<boolean>((resolve) => {
      peer.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    if (!taken) return peers;
    peers.push(peer);
  }
}
