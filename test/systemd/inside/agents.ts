/** What becomes of agents whose tmux server ends, played by a user whose own systemd runs the daemon. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { createClient } from '../../../client/index.ts';
import { ORQCTL } from '../../client/orqctl/run-orqctl.ts';
import type { Life } from '../../daemon/restarts/stand-in-claude.ts';
import { PACKAGE } from '../../docs/documents.ts';
import { until } from '../../support/until.ts';

const RUNTIME = '/run/user/0';
const SOCKET = `${RUNTIME}/orq/orq.sock`;
/** As tmux names the folder of its default socket: a reboot takes it away. */
const TMUX_FOLDER = '/tmp/tmux-0';
const TMUX = `${TMUX_FOLDER}/default`;
const ROOTS_HOME = '/root';
const HOME = `${ROOTS_HOME}/agent`;
const AGENT = 'work:loner';
const PATIENCE_MS = 30_000;

const env = { ...process.env, XDG_RUNTIME_DIR: RUNTIME, HOME: ROOTS_HOME };

function done(program: string, ...words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8', env });
  assert.equal(status, 0, `${program} ${words.join(' ')}: ${stdout}${stderr}`);
  return stdout.trim();
}

const orqctl = (...words: readonly string[]): string => done(process.execPath, ORQCTL, ...words);
const tmux = (...words: readonly string[]): string =>
  execFileSync('tmux', ['-S', TMUX, '-f', '/dev/null', ...words], { encoding: 'utf8', env }).trim();
const daemonPid = (): number =>
  Number(done('systemctl', '--user', 'show', 'orq-daemon.service', '--property=MainPID', '--value'));

function lives(): Life[] {
  const file = `${HOME}/lives`;
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Life);
}

/** The `count`th life, once it is bound. */
async function alive(count: number): Promise<Life> {
  return until(async () => {
    const life = lives()[count - 1];
    await using client = createClient({ socket: SOCKET });
    const { agents } = await client.agents({});
    return agents.find(({ id }) => id === AGENT)?.pid === life?.pid ? life : undefined;
  }, PATIENCE_MS);
}

const cgroupOf = (pid: number): string => readFileSync(`/proc/${pid}/cgroup`, 'utf8').trim();

/** The restrictions of a process as the kernel names them. */
function restrictionsOf(pid: number): Record<string, string | undefined> {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Object.fromEntries(
    ['NoNewPrivs', 'Seccomp'].map((name) => [name, new RegExp(`^${name}:\\s*(\\d)`, 'm').exec(status)?.[1]]),
  );
}

after(() => spawnSync('tmux', ['-S', TMUX, 'kill-server'], { env }));

test('lives in a tmux server of its user, beside the service', async () => {
  mkdirSync(RUNTIME, { recursive: true, mode: 0o700 });
  done('systemctl', 'start', 'user@0.service');
  orqctl('service', 'install');
  mkdirSync(HOME);
  mkdirSync(TMUX_FOLDER, { mode: 0o700 });
  const program = `${HOME}/claude`;
  const standIn = `${PACKAGE}dist/test/daemon/restarts/stand-in-claude.js`;
  writeFileSync(program, `#!${process.execPath}\nimport(${JSON.stringify(standIn)});\n`);
  chmodSync(program, 0o755);
  tmux('new-session', '-d', '-s', 'work', '-n', 'loner', '-c', HOME, `ORQ_SOCKET=${SOCKET} exec ${program}`);
  const { pid } = await alive(1);
  assert.deepEqual(restrictionsOf(daemonPid()), { NoNewPrivs: '1', Seccomp: '2' });
  assert.deepEqual(restrictionsOf(pid), { NoNewPrivs: '0', Seccomp: '0' });
  orqctl('agent', 'restart-policy', 'on', AGENT);
});

test('comes back in a server outside the sandbox and the control group of the service, once its own has ended', async () => {
  tmux('kill-server');
  rmSync(TMUX_FOLDER, { recursive: true, force: true });
  const { pid } = await alive(2);
  const server = Number(tmux('display-message', '-p', '#{pid}'));
  for (const each of [pid, server]) {
    assert.doesNotMatch(cgroupOf(each), /orq-daemon/);
    assert.deepEqual(restrictionsOf(each), { NoNewPrivs: '0', Seccomp: '0' });
  }
  assert.match(cgroupOf(daemonPid()), /orq-daemon\.service/);
});

test('reaches the network from there', async () => {
  const listener = createServer((connection) => connection.end());
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const connect = `require("net").connect(${port}, "127.0.0.1", () => require("fs").writeFileSync("${HOME}/reached", ""))`;
  tmux('new-window', '-d', '-t', 'work:', process.execPath, '-e', connect);
  await until(() => existsSync(`${HOME}/reached`) || undefined, PATIENCE_MS);
  listener.close();
});

test('outlives a restart of the service, and its end', async () => {
  const { pid } = await alive(2);
  const before = daemonPid();
  done('systemctl', '--user', 'restart', 'orq-daemon.service');
  assert.notEqual(daemonPid(), before);
  await using client = createClient({ socket: SOCKET });
  await client.enqueue({ agent: AGENT, text: 'text-1' });
  await until(() => existsSync(`${HOME}/heard`) || undefined, PATIENCE_MS);
  assert.equal((await alive(2)).pid, pid);
  orqctl('service', 'stop');
  assert.doesNotThrow(() => process.kill(pid, 0));
  assert.equal(lives().length, 2);
});
