/** Where the daemon may read its spool and not clear it, and where nothing tells it that a file came. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createClient } from '../../client/index.ts';
import { spool } from '../../client/spool.ts';
import { spoolFileName } from '../../src/protocol/spool.ts';
import { STRACE_MISSING } from '../faults/strace.ts';
import { startDaemon } from '../support/daemon.ts';
import { testFolder, type TestFolder } from '../support/folder.ts';
import { until } from '../support/until.ts';
import { giveAway, UNPRIVILEGED, UNPRIVILEGED_MISSING } from '../support/unprivileged.ts';

/** No process has it: the kernel counts to 4194304. */
const NO_PID = 9_999_999;

const form = (text: string): string =>
  JSON.stringify({
    format: 'orq-spool/1',
    spooledAtMs: Date.now(),
    headers: {},
    body: { agent: 'a', text, idempotencyKey: text },
  });

/** A spool of an unprivileged user, who may read it and change nothing in it. */
function closedSpool(folder: TestFolder, ...texts: string[]): string {
  const path = folder.at('state/spool');
  mkdirSync(folder.at('state/spool/rejected'), { recursive: true, mode: 0o700 });
  for (const [count, text] of texts.entries())
    writeFileSync(folder.at(`state/spool/${spoolFileName(1, NO_PID, count)}`), text);
  giveAway(folder.path);
  chmodSync(path, 0o500);
  return path;
}

/** Its home lies where that user may look. */
const daemonOf = (folder: TestFolder) =>
  startDaemon({ folder: folder.path, user: UNPRIVILEGED, env: { HOME: folder.path, TMPDIR: folder.path } });

const times = (log: string, event: string): number => log.split(`"${event}"`).length - 1;

describe('a spool that cannot be cleared', { timeout: 60_000, skip: UNPRIVILEGED_MISSING }, () => {
  it('is stored once, over restarts too, said once in each life, and holds nothing up', async () => {
    using folder = testFolder({ inMemory: true });
    const path = closedSpool(folder, form('first'), form('second'));
    await using daemon = await daemonOf(folder);
    await using client = createClient({ socket: daemon.socket });
    await client.enqueue({ agent: 'a', text: 'third' });
    await daemon.restart();
    await client.enqueue({ agent: 'a', text: 'fourth' });
    const { messages } = await client.list({});
    assert.deepEqual(
      messages.map(({ text }) => text),
      ['fourth', 'third', 'second', 'first'],
    );
    assert.equal(times(daemon.log(), 'spool_stuck'), 4);
    assert.deepEqual((await client.status({})).spool, { waiting: 0, rejected: 0, stuck: 2 });
    chmodSync(path, 0o700);
    await daemon.restart();
    assert.deepEqual(readdirSync(path), ['rejected']);
    assert.equal((await client.counts({})).ready, 4);
  });

  it('holds nothing up with a file that is damaged and cannot be set aside', async () => {
    using folder = testFolder({ inMemory: true });
    const path = closedSpool(folder, '{', form('whole'));
    await using daemon = await daemonOf(folder);
    await using client = createClient({ socket: daemon.socket });
    await client.enqueue({ agent: 'a', text: 'sent' });
    const { messages } = await client.list({});
    assert.deepEqual(
      messages.map(({ text }) => text),
      ['sent', 'whole'],
    );
    assert.equal(times(daemon.log(), 'spool_rejected'), 1);
    assert.equal(times(daemon.log(), 'spool_stuck'), 2);
    chmodSync(path, 0o700);
    await daemon.restart();
    assert.deepEqual((await client.status({})).spool, { waiting: 0, rejected: 1, stuck: 0 });
  });
});

it(
  'a spooled file that the daemon may not read is set aside with the reason, and holds up nothing',
  { timeout: 60_000, skip: UNPRIVILEGED_MISSING },
  async () => {
    using folder = testFolder({ inMemory: true });
    const path = closedSpool(folder, form('closed'), form('whole'));
    chmodSync(path, 0o700);
    chmodSync(join(path, spoolFileName(1, NO_PID, 0)), 0);
    await using daemon = await daemonOf(folder);
    await using client = createClient({ socket: daemon.socket });
    const reason = readFileSync(join(path, 'rejected', `${spoolFileName(1, NO_PID, 0)}.reason`), 'utf8');
    assert.match(reason, /EACCES/);
    assert.equal((await client.counts({})).ready, 1);
    assert.deepEqual((await client.status({})).spool, { waiting: 0, rejected: 1, stuck: 0 });
  },
);

describe('a spool that cannot be watched', { timeout: 60_000, skip: STRACE_MISSING }, () => {
  it('says so, and is looked into at every sweep', async () => {
    using folder = testFolder();
    const words = ['-e', 'trace=inotify_add_watch', '-e', 'inject=inotify_add_watch:error=ENOSPC'];
    await using daemon = await startDaemon({
      folder: folder.path,
      env: { ORQ_SWEEP_MS: '50' },
      under: ['strace', '-D', '-f', '-qq', '-o', '/dev/null', ...words],
    });
    await using client = createClient({ socket: daemon.socket });
    await daemon.logged((log) => log.includes('"spool_unwatched"'));
    await spool(folder.at('state/spool'), { agent: 'a', text: 'found', idempotencyKey: '1' });
    await until(async () => ((await client.counts({})).ready === 1 ? true : undefined));
    assert.deepEqual(readdirSync(folder.at('state/spool')), ['rejected']);
  });
});
