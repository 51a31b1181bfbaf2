import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { openStandIn } from '../stand-in.ts';
import { ORQCTL, orqctl } from './run-orqctl.ts';
import { SHOWN } from './samples.ts';

const HAS_PTY = spawnSync('script', ['--version']).status === 0;
const ESC = '\x1b';

/** Runs a shell line with a terminal of 60 columns. */
async function onTerminal(
  line: string,
  socket: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const child = spawn(
    'script',
    ['-qec', `stty cols 60 && "${process.execPath}" "${ORQCTL}" ${line}`, '/dev/null'],
    {
      env: { ...process.env, TERM: 'xterm', NO_COLOR: '', ORQ_SOCKET: socket, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [printed] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return printed;
}

test('colour is for a terminal only, and not where NO_COLOR is set', { skip: !HAS_PTY }, async () => {
  await using server = await openStandIn(() => SHOWN);
  assert.ok((await onTerminal('show 42', server.socket)).includes(ESC));
  assert.ok(!(await onTerminal('show 42', server.socket, { NO_COLOR: '1' })).includes(ESC));
  const forced = await orqctl(['show', '42'], { ...server, env: { FORCE_COLOR: '1' } });
  assert.ok(!forced.stdout.includes(ESC));
});

test(
  'a long text is cut to the terminal with an ellipsis, wide characters counted as two',
  { skip: !HAS_PTY },
  async () => {
    const long = ['x'.repeat(500), '文'.repeat(500)].map((body) => ({
      ...SHOWN,
      agent: 'a',
      from: 'b',
      text: body,
    }));
    await using server = await openStandIn(() => ({ messages: long }));
    const lines = (await onTerminal('list', server.socket)).trimEnd().split(/\r?\n/);
    assert.equal(lines.length, 3);
    for (const line of lines) {
      assert.ok(line.replaceAll('文', 'ww').length <= 60, line);
    }
    assert.ok(lines[1]?.endsWith('…'));
  },
);

test('nothing is cut where stdout is no terminal', async () => {
  const body = 'x'.repeat(5000);
  await using server = await openStandIn(() => ({ messages: [{ ...SHOWN, text: body }] }));
  assert.ok((await orqctl(['list'], server)).stdout.includes(body));
});

test('a reader that has had enough ends it quietly', async () => {
  const messages = Array.from({ length: 1000 }, (_, at) => ({ ...SHOWN, id: at + 1, text: 'x'.repeat(500) }));
  await using server = await openStandIn(() => ({ messages }));
  const child = spawn(process.execPath, [ORQCTL, 'list', '--json'], {
    env: { ...process.env, ORQ_SOCKET: server.socket },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.once('data', () => child.stdout.destroy());
  const [stderr] = await Promise.all([text(child.stderr), once(child, 'close')]);
  assert.deepEqual({ exit: child.exitCode, stderr }, { exit: 0, stderr: '' });
});

test('it ends with its answer: neither timeout nor kept connection holds the process', async () => {
  await using server = await openStandIn(() => SHOWN);
  const startedAt = performance.now();
  await orqctl(['show', '42'], server);
  assert.ok(performance.now() - startedAt < 15_000);
});
