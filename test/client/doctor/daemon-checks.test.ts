/** What the doctor finds of the daemon and its files: each check where it is well, and where it is not. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createClient, type Client } from '../../../client/index.ts';
import type { Check } from '../../../client/doctor/check.ts';
import {
  clockCheck,
  daemonCheck,
  diskCheck,
  modeCheck,
  spoolCheck,
  tmuxCheck,
  writerCheck,
} from '../../../client/doctor/daemon.ts';
import { settingsCheck } from '../../../client/doctor/programs.ts';
import { VERSION } from '../../../src/protocol/version.ts';
import type { ReplyOf } from '../../../src/protocol/schemas.ts';
import { openPlain } from '../../../src/store/sqlite/database.ts';
import { startDaemon } from '../../support/daemon.ts';
import { testFolder } from '../../support/folder.ts';

type Status = ReplyOf<'status'>;

const assertWell = ({ found, remedy }: Check): void => assert.equal(remedy, null, found);
function assertWrong(check: Check, found: RegExp, remedy: RegExp): void {
  assert.equal(check.ok, false, check.found);
  assert.match(check.found, found);
  assert.match(check.remedy ?? '', remedy);
}

async function withDaemon(look: (status: Status, client: Client) => Promise<void> | void) {
  await using folder = testFolder();
  await using daemon = await startDaemon({ folder: folder.path });
  await using client = createClient({ socket: daemon.socket });
  await look(await client.status({}), client);
}

describe('the doctor finds of the daemon', { concurrency: 2, timeout: 120_000 }, () => {
  it('another version than its own', () =>
    withDaemon((status) => {
      assertWell(daemonCheck(status));
      assertWrong(
        daemonCheck({ ...status, version: '0.0.1' }),
        new RegExp(`orq-daemon 0\\.0\\.1.*orqctl is ${VERSION}`),
        /install one version/,
      );
    }));

  it('a writer that waits for a full disk, or for another program', () =>
    withDaemon(async (status, client) => {
      assertWell(await writerCheck(client, status));
      const full = { ...status, database: { ...status.database, isFull: true } };
      assertWrong(await writerCheck(client, full), /disk is full/, /free space/);
      const other = openPlain(join(status.stateDir, 'orq.db'));
      other.exec('BEGIN IMMEDIATE');
      assertWrong(await writerCheck(client, status), /orq\.db/, new RegExp(`end process ${process.pid}`));
      other.close();
    }));

  it('a settings file that its next start would refuse, with the line', () =>
    withDaemon(async (status) => {
      assertWell(await settingsCheck(status));
      mkdirSync(join(status.stateDir, 'config'), { recursive: true });
      writeFileSync(join(status.stateDir, 'config/settings.jsonc'), '{\n  "sweepMs": "soon"\n}');
      assertWrong(await settingsCheck(status), /settings\.jsonc.*2.*sweepMs/, /mend that line/);
    }));

  it('a socket or folder that others may enter', () =>
    withDaemon(async (status) => {
      assertWell(await modeCheck('socket', status.socket));
      chmodSync(status.stateDir, 0o755);
      assertWrong(await modeCheck('state directory', status.stateDir), /mode 755/, /^chmod go= /);
      chmodSync(status.stateDir, 0o700);
    }));

  it('a disk with little room, by what is free for the state directory', () =>
    withDaemon(async (status) => {
      assert.match((await diskCheck(status)).found, /^\d+ MiB free for .*state$/);
      assertWrong(await diskCheck({ ...status, stateDir: '/proc' }), /^0 MiB free/, /free space/);
    }));

  it('a wall clock that stands before its start', () =>
    withDaemon((status) => {
      assertWell(clockCheck(status));
      const later = { ...status, startedAtMs: Date.now() + 60_000 };
      assertWrong(clockCheck(later), /before the start/, /timedatectl/);
    }));

  it('spooled messages that are set aside or stuck', () =>
    withDaemon((status) => {
      assertWell(spoolCheck(status));
      const spooled = (rejected: number, stuck: number): Check =>
        spoolCheck({ ...status, spool: { ...status.spool, rejected, stuck } });
      assertWrong(spooled(1, 0), /1 set aside/, /spool\/rejected/);
      assertWrong(spooled(0, 1), /1 stuck/, /spool_stuck in orqctl logs/);
    }));

  it('a tmux that is missing, old, wedged, or gone with its agents', () =>
    withDaemon(async (status, client) => {
      const { agents } = await client.agents({});
      const seen = (tmux: Status['tmux']): Check => tmuxCheck({ ...status, tmux }, agents);
      const server = { socket: '/tmp/t', panes: 2 };
      assertWell(seen({ version: '3.3a', servers: [{ ...server, state: 'answers' }] }));
      assertWell(seen({ version: '3.3a', servers: [{ ...server, state: 'gone' }] }));
      assertWrong(seen({ version: null, servers: [] }), /no tmux in its PATH/, /install tmux/);
      assertWrong(seen({ version: '3.1', servers: [] }), /tmux 3\.1/, /3\.2 or newer/);
      assertWrong(
        seen({ version: '3.4', servers: [{ ...server, state: 'wedged' }] }),
        /\/tmp\/t: wedged/,
        /attach to that server/,
      );
    }));
});
