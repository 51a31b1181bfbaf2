import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createClient, ERRORS } from '../../../client/index.ts';
import { startDaemon, type RunningDaemon } from '../../support/daemon.ts';
import { testFolder } from '../../support/folder.ts';
import { until } from '../../support/until.ts';
import { orqctl } from './run-orqctl.ts';

const around = ({ socket, stateDir }: RunningDaemon) => ({ socket, env: { ORQ_STATE_DIR: stateDir } });

async function send(daemon: RunningDaemon, text: string): Promise<void> {
  await using client = createClient({ socket: daemon.socket });
  await client.enqueue({ agent: 'a', text });
}

/** So much that a copy takes a while. */
async function fill(daemon: RunningDaemon): Promise<void> {
  await using client = createClient({ socket: daemon.socket });
  for (let batch = 0; batch < 10; batch += 1)
    await client.enqueue(Array.from({ length: 40 }, () => ({ agent: 'a', text: 'x'.repeat(100_000) })));
}

describe('backup and restore', { concurrency: 2 }, () => {
  it('take a daemon back to the moment of the copy, and forth again', async () => {
    using folder = testFolder();
    await using daemon = await startDaemon({ folder: folder.path });
    await send(daemon, 'before');
    const settings = join(daemon.stateDir, 'config/settings.jsonc');
    writeFileSync(settings, '{ "sweepMs": 900 } // as it was');
    const copy = folder.at('copy.db');
    const made = await orqctl(['backup', copy, '--json'], around(daemon));
    assert.equal(made.exit, 0, made.stderr);
    assert.equal((JSON.parse(made.stdout) as { messages: number }).messages, 1);
    await send(daemon, 'after');
    const refused = await orqctl(['restore', copy], around(daemon));
    assert.equal(refused.exit, ERRORS.instance_running.exit, refused.stderr);
    writeFileSync(settings, '{ "sweepMs": 800 }');
    await daemon.stop();
    const done = await orqctl(['restore', copy], around(daemon));
    assert.equal(done.exit, 0, done.stderr);
    assert.match(
      done.stdout,
      /orq\.db: 1 messages, from .*copy\.db\n.*settings\.jsonc: as it was then\nthe database from before lies in /,
    );
    assert.equal(readFileSync(settings, 'utf8'), '{ "sweepMs": 900 } // as it was');
    const { replaced } = JSON.parse((await orqctl(['restore', copy, '--json'], around(daemon))).stdout) as {
      replaced: string;
    };
    assert.ok(existsSync(join(replaced, 'settings.jsonc')));
    await daemon.restart();
    await using client = createClient({ socket: daemon.socket });
    const { messages } = await client.list({ agent: 'a' });
    assert.deepEqual(
      messages.map(({ text }) => text),
      ['before'],
    );
  });

  it('keep the newest seven copies without a name, and all that others left there', async () => {
    using folder = testFolder();
    await using daemon = await startDaemon({ folder: folder.path });
    const backups = join(daemon.stateDir, 'backups');
    mkdirSync(backups);
    const others = ['before-0009-x-5.db', 'orq-mine.db'];
    for (const name of [...others, ...[1, 2, 3, 4, 5, 6, 7].map((atMs) => `orq-${atMs}.db`)])
      writeFileSync(join(backups, name), '');
    const { exit, stdout } = await orqctl(['backup', '--json'], around(daemon));
    assert.equal(exit, 0);
    const { file } = JSON.parse(stdout) as { file: string };
    const left = readdirSync(backups).map((name) => join(backups, name));
    assert.deepEqual(
      left.toSorted(),
      [
        ...[...others, ...[2, 3, 4, 5, 6, 7].map((atMs) => `orq-${atMs}.db`)].map((name) =>
          join(backups, name),
        ),
        file,
      ].toSorted(),
    );
  });

  it('end at once with a daemon that is stopped or killed, and leave nothing of the copy', async () => {
    for (const end of ['stop', 'kill9'] as const) {
      using folder = testFolder();
      await using daemon = await startDaemon({ folder: folder.path });
      await fill(daemon);
      const copy = folder.at('copy.db');
      const told = orqctl(['backup', copy], around(daemon));
      await until(() => existsSync(`${copy}.unfinished`) || undefined);
      const beganMs = performance.now();
      await daemon[end]();
      const { exit, stderr } = await told;
      assert.ok(performance.now() - beganMs < 4_500, `${performance.now() - beganMs} ms`);
      assert.equal(exit, ERRORS.shutting_down.exit, stderr);
      if (end === 'stop')
        assert.match(stderr, /the daemon stops: .* nothing is left of it\n.*again in a moment/);
      await until(() => readdirSync(folder.path).every((name) => !name.startsWith('copy.db')) || undefined);
      await daemon.restart();
      await using client = createClient({ socket: daemon.socket });
      assert.ok((await client.backup({ file: copy })).messages > 0);
    }
  });

  it('say what is in the way of a copy, and leave nothing of it', async () => {
    using folder = testFolder();
    await using daemon = await startDaemon({ folder: folder.path });
    const there = await orqctl(['backup', join(daemon.stateDir, 'orq.db')], around(daemon));
    assert.equal(there.exit, ERRORS.wrong_state.exit);
    const nowhere = folder.at('missing/copy.db');
    const lost = await orqctl(['backup', nowhere], around(daemon));
    assert.notEqual(lost.exit, 0);
    assert.match(lost.stderr, /missing\/copy\.db/);
    assert.equal(existsSync(folder.at('missing')), false);
  });
});
