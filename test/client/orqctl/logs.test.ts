import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { openHookCaller } from '../../daemon/hooks/hook-caller.ts';
import { startDaemon } from '../../support/daemon.ts';
import { testFolder } from '../../support/folder.ts';
import { until } from '../../support/until.ts';
import { ORQCTL, orqctl } from './run-orqctl.ts';

describe('logs', { timeout: 180_000 }, () => {
  it('shows the line of each hook from the moment the settings file asks for it', async () => {
    using folder = testFolder();
    const file = folder.at('log');
    await using daemon = await startDaemon({ folder: folder.path, env: { ORQ_LOG_FILE: file } });
    const around = { socket: daemon.socket };
    const silent = await orqctl(['logs', '--hooks'], around);
    assert.equal(silent.stdout, '');
    assert.match(silent.stderr, /the level is info: "logLevel": "debug"/);
    assert.match((await orqctl(['logs'], around)).stdout, /^\S+ daemon_ready socket=/m);

    const settings = join(daemon.stateDir, 'config/settings.jsonc');
    writeFileSync(settings, '{ "logLevel": "debug" }');
    await until(() => readFileSync(file, 'utf8').includes('setting_changed') || undefined);
    for (const agent of ['a', 'b']) {
      const hooks = openHookCaller(daemon.socket, { session: agent, agent });
      await hooks.say('SessionStart', { source: 'startup' });
      await hooks.say('Stop', { prompt_id: 'p' });
    }
    const { stdout, stderr } = await orqctl(['logs', '--hooks', '--agent', 'a'], around);
    assert.equal(stderr, '');
    const lines = stdout.trimEnd().split('\n');
    assert.equal(lines.length, 2);
    assert.match(lines[0] ?? '', /^\S+ hook hook=SessionStart agent=a ms=[\d.]+ leased=0 proved=0/);
    assert.match(lines[1] ?? '', / hook=Stop agent=a ms=/);
    const last = await orqctl(['logs', '--hooks', '-n', '1', '--json'], around);
    assert.equal((JSON.parse(last.stdout) as { hook: string; agent: string }).agent, 'b');
  });

  it('follows the file behind a move and SIGHUP', async () => {
    using folder = testFolder();
    const file = folder.at('log');
    const env = { ORQ_LOG_FILE: file, ORQ_LOG_LEVEL: 'debug' };
    await using daemon = await startDaemon({ folder: folder.path, env });
    const child = spawn(process.execPath, [ORQCTL, 'logs', '-f', '--hooks'], {
      env: { ...process.env, ORQ_SOCKET: daemon.socket },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async (): Promise<string> => String(((await lines.next()) as { value: unknown }).value);
    const hooks = openHookCaller(daemon.socket, { session: 's', agent: 'a' });
    await hooks.say('SessionStart', { source: 'startup' });
    assert.match(await next(), / hook=SessionStart agent=a /);
    renameSync(file, `${file}.1`);
    await hooks.say('PreCompact', {});
    assert.match(await next(), / hook=PreCompact agent=a /);
    process.kill(daemon.pid, 'SIGHUP');
    await until(() => existsSync(file) || undefined);
    await hooks.say('Stop', { prompt_id: 'p' });
    assert.match(await next(), / hook=Stop agent=a /);
    const closed = once(child, 'close');
    child.kill('SIGINT');
    assert.deepEqual(await closed, [0, null]);
  });

  it('asks the journal of the unit that is installed, and cuts what it has to the lines that are wanted', async () => {
    using folder = testFolder();
    for (const name of ['bin', 'config/systemd/user']) mkdirSync(folder.at(name), { recursive: true });
    writeFileSync(folder.at('config/systemd/user/orq-daemon.service'), '');
    const line = (agent: string) =>
      `<7>{"level":20,"time":"2030-01-01T00:00:00.000Z","event":"hook","hook":"Stop","agent":"${agent}","ms":0.4,"leased":1,"proved":2,"msg":"hook"}`;
    writeFileSync(
      folder.at('bin/journalctl'),
      `#!/bin/sh\necho "$@" >> '${folder.at('asked')}'\ncat <<'END'\nnode crashed\n${line('a')}\n${line('b')}\n-- cursor: s=1\nEND\n`,
    );
    chmodSync(folder.at('bin/journalctl'), 0o755);
    const { PATH = '' } = process.env;
    const env = {
      PATH: `${folder.at('bin')}:${PATH}`,
      HOME: folder.path,
      XDG_CONFIG_HOME: folder.at('config'),
      ORQ_SOCKET: folder.at('nobody'),
    };
    const run = async (...words: string[]) => (await orqctl(['logs', ...words], { env })).stdout;
    const [a, b] = ['a', 'b'].map(
      (agent) => `2030-01-01T00:00:00.000Z hook hook=Stop agent=${agent} ms=0.4 leased=1 proved=2\n`,
    );
    assert.equal(await run('--hooks'), `${a}${b}`);
    assert.equal(await run('--agent', 'b'), b);
    assert.equal(await run('-n', '5'), `node crashed\n${a}${b}`);
    const asked = readFileSync(folder.at('asked'), 'utf8').trimEnd().split('\n');
    assert.match(asked[0] ?? '', /^--user-unit orq-daemon\.service .*--lines=all$/);
    assert.match(asked[2] ?? '', /--lines=5$/);
  });
});
