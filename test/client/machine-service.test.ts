/** Clients that were told nothing find the service of the machine. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startDaemon } from '../support/daemon.ts';
import { testFolder } from '../support/folder.ts';
import { MACHINE_FOLDER_MISSING, underMachineFolder } from '../support/machine-folder.ts';
import { NATIVE, TWIN } from './hook/clients.ts';

const ORQCTL = fileURLToPath(new URL('../../client/orqctl/main.js', import.meta.url));
const LIBRARY = fileURLToPath(new URL('../../client/index.js', import.meta.url));
const ASK = `const { createClient } = await import('${LIBRARY}'); const client = createClient(); console.log((await client.ping({})).ok); await client.close();`;

describe('a client without any setting', { skip: MACHINE_FOLDER_MISSING, timeout: 120_000 }, () => {
  it('finds the service of the machine while the user has no daemon, and the own one otherwise', async () => {
    using folder = testFolder();
    for (const name of ['machine', 'home', 'run', 'run/orq']) mkdirSync(folder.at(name), { mode: 0o700 });
    const env = { ORQ_SOCKET: folder.at('machine/orq.sock') };
    await using daemon = await startDaemon({ folder: folder.path, env });
    const [program = '', ...words] = underMachineFolder(folder.at('machine'));
    const { PATH = '', ORQ_TEST_RUN = '' } = process.env;
    const run = (...command: string[]) =>
      spawnSync(program, [...words, ...command], {
        env: { PATH, ORQ_TEST_RUN, HOME: folder.at('home'), XDG_RUNTIME_DIR: folder.at('run') },
        input: '{"session_id":"s","hook_event_name":"SessionStart","source":"startup"}',
        encoding: 'utf8',
      });
    const found = () => ({
      orqctl: run(process.execPath, ORQCTL, 'status', '--json').status,
      library: run(process.execPath, '--input-type=module', '-e', ASK).stdout.trim(),
      hooks: [NATIVE ?? TWIN, TWIN].map(
        (client) => run(client.path, ...client.words, 'SessionStart', '--agent', 'a').stdout.length > 0,
      ),
    });
    assert.deepEqual(found(), { orqctl: 0, library: 'true', hooks: [true, true] });

    renameSync(daemon.socket, folder.at('run/orq/orq.sock'));
    assert.deepEqual(found(), { orqctl: 0, library: 'true', hooks: [true, true] });
  });

  it('leaves a message in the spool of the service that is stopped', async () => {
    using folder = testFolder();
    for (const name of ['machine', 'home', 'run']) mkdirSync(folder.at(name), { mode: 0o700 });
    const env = { ORQ_SOCKET: folder.at('machine/orq.sock') };
    await using daemon = await startDaemon({ folder: folder.path, env });
    await daemon.stop();
    const [program = '', ...words] = underMachineFolder(folder.at('machine'));
    const { PATH = '', ORQ_TEST_RUN = '' } = process.env;
    const { stdout } = spawnSync(
      program,
      [...words, process.execPath, ORQCTL, 'send', 'a', 'for later', '--json'],
      {
        env: { PATH, ORQ_TEST_RUN, HOME: folder.at('home'), XDG_RUNTIME_DIR: folder.at('run') },
        encoding: 'utf8',
      },
    );
    assert.equal((JSON.parse(stdout) as { state: string }).state, 'spooled');
    await daemon.restart();
    assert.match(daemon.log(), /"event":"spool_taken"/);
  });
});
