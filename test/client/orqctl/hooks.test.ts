import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { socketFolder } from '../stand-in.ts';
import { orqctl } from './run-orqctl.ts';

/** A home and a worktree of its own, with settings that somebody else wrote. */
function worktree() {
  const place = socketFolder();
  const home = dirname(place.socket);
  const folder = join(home, 'tree');
  const file = join(folder, '.claude', 'settings.local.json');
  const before = '{ "model": "opus" }\n';
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, before);
  const env = { HOME: home, XDG_DATA_HOME: '', CLAUDE_CONFIG_DIR: '' };
  const run = (line: string) => orqctl(['hooks', ...line.split(' '), folder], { socket: place.socket, env });
  return { socket: place.socket, file, before, run, [Symbol.dispose]: () => place[Symbol.dispose]() };
}

test('install writes the hooks for the socket in use, and a second one changes nothing', async () => {
  using tree = worktree();
  const { exit, stdout } = await tree.run('install --agent builder');
  assert.equal(exit, 0);
  assert.equal(stdout, `${tree.file}: hooks written, for ${tree.socket}\n`);
  const written = readFileSync(tree.file, 'utf8');
  assert.ok(written.includes(tree.socket) && written.includes('builder'));
  const again = JSON.parse((await tree.run('install --agent builder --json')).stdout) as {
    installed: { outcome: string }[];
    running: unknown[];
  };
  assert.equal(again.installed[0]?.outcome, 'unchanged');
  assert.deepEqual(again.running, []);
  assert.equal(readFileSync(tree.file, 'utf8'), written);
});

test('check is exit 4 with a remedy before the install, and 0 after it', async () => {
  using tree = worktree();
  const before = await tree.run('check');
  assert.equal(before.exit, 4);
  assert.match(before.stdout, /none of orq's hooks; run orqctl hooks install/);
  await tree.run('install');
  const after = await tree.run('check --json');
  assert.equal(after.exit, 0);
  assert.equal((JSON.parse(after.stdout) as { ok: boolean }).ok, true);
});

test('uninstall gives the file of before back', async () => {
  using tree = worktree();
  await tree.run('install');
  const { exit, stdout } = await tree.run('uninstall');
  assert.deepEqual({ exit, stdout }, { exit: 0, stdout: `${tree.file}: as it was before the install\n` });
  assert.equal(readFileSync(tree.file, 'utf8'), tree.before);
});

test('folders together with --user are a usage error and write nothing', async () => {
  using tree = worktree();
  const { exit, stdout } = await tree.run('install --user');
  assert.deepEqual({ exit, stdout }, { exit: 2, stdout: '' });
  assert.equal(readFileSync(tree.file, 'utf8'), tree.before);
});

test('a damaged settings file is refused with advice and stays as it is', async () => {
  using tree = worktree();
  writeFileSync(tree.file, '{ "model": ');
  const { exit, stderr } = await tree.run('install');
  assert.equal(exit, 4);
  assert.match(stderr, /\ntry: mend the file/);
  assert.equal(readFileSync(tree.file, 'utf8'), '{ "model": ');
});
