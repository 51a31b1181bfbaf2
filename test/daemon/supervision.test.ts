import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createClient } from '../../client/index.ts';
import { takeSupervision } from '../../daemon/notify.ts';
import { startChild } from '../support/child.ts';
import { startDaemon } from '../support/daemon.ts';
import { testFolder } from '../support/folder.ts';
import { openNotifySocket, withoutNotify } from '../support/notify-socket.ts';

/** Signs of life come every half of it. */
const WATCHDOG_MS = 600;

const isReady = (text: string): boolean => text.startsWith('READY=1\n');
const isAlive = (text: string): boolean => text.startsWith('WATCHDOG=1\n');

describe('a daemon that systemd started', { concurrency: 2, skip: withoutNotify() }, () => {
  it('says that it is ready, with what it holds', async () => {
    using folder = testFolder();
    await using systemd = await openNotifySocket(folder.at('notify'));
    await using _daemon = await startDaemon({ folder: folder.path, env: { NOTIFY_SOCKET: systemd.path } });
    assert.match(
      await systemd.heard(isReady),
      /^READY=1\nSTATUS=0 ready, 0 leased, 0 blocked, 0 scheduled, 0 dead, log \d+\.\d MiB$/,
    );
    assert.equal(systemd.told.some(isAlive), false, 'nobody asked for signs of life');
  });

  it('shows that it lives, with what it holds now', async () => {
    using folder = testFolder();
    await using systemd = await openNotifySocket(folder.at('notify'));
    const env = { NOTIFY_SOCKET: systemd.path, WATCHDOG_USEC: String(WATCHDOG_MS * 1_000) };
    await using daemon = await startDaemon({ folder: folder.path, env });
    await using client = createClient({ socket: daemon.socket });
    await client.enqueue({ agent: 'a', text: 't' });
    await systemd.heard((text) => isAlive(text) && text.includes('STATUS=1 ready'));
  });

  it('lives while another program holds the database locked, and says so', async () => {
    using folder = testFolder();
    await using systemd = await openNotifySocket(folder.at('notify'));
    const env = { NOTIFY_SOCKET: systemd.path, WATCHDOG_USEC: '2000000' };
    await using daemon = await startDaemon({ folder: folder.path, env });
    await using _lock = await startChild('lock-process', join(daemon.stateDir, 'orq.db'));
    await systemd.heard((text) => isAlive(text) && text.includes('locked by another program'));
  });

  it('says that it reloads at a hangup, when by the clock of systemd, and that it is ready again', async () => {
    using folder = testFolder();
    await using systemd = await openNotifySocket(folder.at('notify'));
    await using daemon = await startDaemon({ folder: folder.path, env: { NOTIFY_SOCKET: systemd.path } });
    await systemd.heard(isReady);
    const beforeUs = process.hrtime.bigint() / 1_000n;
    process.kill(daemon.pid, 'SIGHUP');
    const reloading = await systemd.heard((text) => text.startsWith('RELOADING=1\n'));
    const atUs = BigInt(/^MONOTONIC_USEC=(\d+)$/m.exec(reloading)?.[1] ?? 0);
    assert.ok(atUs >= beforeUs && atUs <= process.hrtime.bigint() / 1_000n);
    await systemd.heard((text) => text === 'READY=1');
  });

  it('says that it stops, before it ends', async () => {
    using folder = testFolder();
    await using systemd = await openNotifySocket(folder.at('notify'));
    await using daemon = await startDaemon({ folder: folder.path, env: { NOTIFY_SOCKET: systemd.path } });
    assert.equal(await daemon.stop(), 0);
    await systemd.heard((text) => text.startsWith('STOPPING=1\n'));
  });

  it('serves where systemd cannot be told, and logs it', async () => {
    using folder = testFolder();
    const env = { NOTIFY_SOCKET: folder.at('nowhere') };
    await using daemon = await startDaemon({ folder: folder.path, env });
    await daemon.logged((log) => log.includes('supervisor_not_told'));
    await using client = createClient({ socket: daemon.socket });
    assert.deepEqual(await client.ping({}), { ok: true });
  });
});

describe('the words of systemd', () => {
  it('are taken out of the environment, so that no program of the daemon speaks in its name', () => {
    const env = { PATH: '/bin', NOTIFY_SOCKET: '/n', WATCHDOG_USEC: '30000000', WATCHDOG_PID: '7' };
    assert.deepEqual(takeSupervision(env, 7), { socket: '/n', watchdogMs: 30_000 });
    assert.deepEqual(env, { PATH: '/bin' });
  });

  it('are those of another process where they name its id', () => {
    const env = { NOTIFY_SOCKET: '/n', WATCHDOG_USEC: '30000000', WATCHDOG_PID: '7' };
    assert.equal(takeSupervision(env, 8).watchdogMs, undefined);
  });

  it('may be missing', () => {
    assert.deepEqual(takeSupervision({}, 7), { socket: undefined, watchdogMs: undefined });
  });
});
