import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import type { Command } from 'commander';
import { ERRORS } from '../../../client/index.ts';
import { COMMANDS } from '../../../client/orqctl/command-table.ts';
import { openTerminal } from '../../../client/orqctl/terminal.ts';
import { socketFolder } from '../stand-in.ts';
import { VERSION } from '../../../src/protocol/version.ts';
import { ORQCTL, orqctl } from './run-orqctl.ts';

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
    for (const each of [command, ...command.commands]) assertDescribed(each);
  }
});

function assertDescribed(command: Command): void {
  const name = command.name();
  assert.match(command.description(), /^[A-Z].*\.$/, name);
  for (const { description, flags } of command.options) assert.ok(description, `${name} ${flags}`);
  for (const argument of command.registeredArguments) assert.ok(argument.description, name);
}

test('help COMMAND prints the same as COMMAND --help, with the global options', async () => {
  const long = await orqctl(['send', '--help']);
  const short = await orqctl(['help', 'send']);
  assert.equal(short.stdout, long.stdout);
  assert.match(long.stdout, /Global Options:[^]*--socket <path>[^]*--json/);
});

test('the version is the version of the package', async () => {
  assert.equal((await orqctl(['--version'])).stdout, `${VERSION}\n`);
});

/** What `orqctl COMMAND --help` prints, without a process of its own. */
async function helpOf(names: readonly string[]): Promise<string> {
  const [name = '', nested] = names;
  const whole = (await COMMANDS[name]?.load())?.(openTerminal(() => ({})));
  const asked = nested === undefined ? whole : whole?.commands.find((each) => each.name() === nested);
  let help = '';
  asked?.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  return help;
}

/** Commands that need no daemon; those of the service that change the machine's systemd are left out below. */
const WITHOUT_DAEMON = new Set(['hooks', 'service', 'uninstall', 'completion']);

test('every example in the help is a command line that a shell and orqctl understand', async () => {
  using place = socketFolder();
  const home = dirname(place.socket);
  writeFileSync(join(home, 'orqctl'), `#!/bin/sh\nexec "${process.execPath}" "${ORQCTL}" "$@"\n`);
  chmodSync(join(home, 'orqctl'), 0o755);
  writeFileSync(join(home, 'pending_messages.json'), '{"format":"orq-export/1","messages":[]}');
  writeFileSync(join(home, 'task_queue.db'), '');
  const PATH = `${home}:${process.env['PATH'] ?? ''}`;
  const env = { PATH, HOME: home, XDG_DATA_HOME: '', CLAUDE_CONFIG_DIR: '', ORQ_SOCKET: place.socket };
  const nested = [
    'hooks install',
    'hooks check',
    'hooks uninstall',
    'service install',
    'service status',
    'dead list',
    'dead redrive',
    'dead drop',
  ];
  for (const name of [...Object.keys(COMMANDS), ...nested]) {
    const examples = (await helpOf(name.split(' '))).split('Examples:\n')[1]?.trim().split('\n') ?? [];
    assert.ok(examples.length > 0, name);
    for (const line of examples) {
      const piped = line.replace(/^.*\|/, 'echo text |').replace(/ > \S+$/, '');
      const { status, stderr } = spawnSync('sh', ['-c', piped], { cwd: home, env, encoding: 'utf8' });
      const isLocal = WITHOUT_DAEMON.has(name.split(' ', 1)[0] ?? '') && !/--all\b/.test(line);
      const works = isLocal || line.includes('takeover --dry-run');
      const expected = works
        ? [0, ERRORS.wrong_state.exit]
        : [name === 'restore' ? ERRORS.not_found.exit : ERRORS.unreachable.exit];
      assert.ok(expected.includes(status ?? -1), `${line}: ${status} ${stderr}`);
    }
  }
});
