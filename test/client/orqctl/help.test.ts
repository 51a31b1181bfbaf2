import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { COMMANDS } from '../../../client/orqctl/command-table.ts';
import { openTerminal } from '../../../client/orqctl/terminal.ts';
import { socketFolder } from '../stand-in.ts';
import { VERSION } from '../../../src/protocol/version.ts';
import { ORQCTL, orqctl } from './run-orqctl.ts';

const UNREACHABLE = 6;

test('the help of orqctl lists every command with its summary', async () => {
  const { exit, stdout, stderr } = await orqctl(['--help']);
  assert.deepEqual({ exit, stderr }, { exit: 0, stderr: '' });
  for (const [name, { summary }] of Object.entries(COMMANDS)) {
    assert.match(stdout, new RegExp(`\\n  ${name} .*${summary}`), name);
  }
});

test('every command has its name in the table, a description, and help for each option and argument', async () => {
  for (const [name, { load }] of Object.entries(COMMANDS)) {
    const command = (await load())(openTerminal(() => ({})));
    assert.equal(command.name(), name);
    assert.match(command.description(), /^[A-Z].*\.$/, name);
    for (const { description, flags } of command.options) assert.ok(description, `${name} ${flags}`);
    for (const argument of command.registeredArguments) assert.ok(argument.description, name);
  }
});

test('help COMMAND prints the same as COMMAND --help, with the global options', async () => {
  const long = await orqctl(['send', '--help']);
  const short = await orqctl(['help', 'send']);
  assert.equal(short.stdout, long.stdout);
  assert.match(long.stdout, /Global Options:[^]*--socket <path>[^]*--json/);
});

test('the version is the version of the package', async () => {
  assert.equal((await orqctl(['--version'])).stdout, `${VERSION}\n`);
});

test('every example in the help is a command line that a shell and orqctl understand', async () => {
  using place = socketFolder();
  const bin = dirname(place.socket);
  writeFileSync(join(bin, 'orqctl'), `#!/bin/sh\nexec "${process.execPath}" "${ORQCTL}" "$@"\n`);
  chmodSync(join(bin, 'orqctl'), 0o755);
  const env = { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}`, ORQ_SOCKET: place.socket };
  for (const name of Object.keys(COMMANDS)) {
    const { stdout } = await orqctl([name, '--help']);
    const examples = stdout.split('Examples:\n')[1]?.trim().split('\n') ?? [];
    assert.ok(examples.length > 0, name);
    for (const line of examples) {
      const piped = line.replace(/^.*\|/, 'echo text |');
      const { status, stderr } = spawnSync('sh', ['-c', piped], { env, encoding: 'utf8' });
      assert.equal(status, UNREACHABLE, `${line}: ${stderr}`);
    }
  }
});
