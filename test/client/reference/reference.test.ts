/** Manual pages and completions say what --help says, and are understood by those who read them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { before, describe, it } from 'node:test';
import { SETTING_NAMES, SETTINGS } from '../../../daemon/config.ts';
import { COMMANDS } from '../../../client/orqctl/command-table.ts';
import { orqctlWords } from '../../../client/orqctl/tree-words.ts';
import { SHELLS } from '../../../client/reference/completion.ts';
import { daemonWords, hookWords } from '../../../client/reference/daemon-words.ts';
import type { CommandWords, ProgramWords } from '../../../client/reference/program-words.ts';
import { MESSAGE_STATES } from '../../../src/protocol/message.ts';
import { orqctl } from '../orqctl/run-orqctl.ts';
import { offeredBy } from './offered.ts';

const built = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const lacks = (program: string): string | false =>
  spawnSync(program, ['--version'], { stdio: 'ignore' }).error ? `${program} is not on this machine` : false;

/** Without a page's escapes. */
const plain = (page: string): string =>
  page
    .replaceAll('\\-', '-')
    .replaceAll('\\(aq', "'")
    .replaceAll('\\(dq', '"')
    .replaceAll(/\\f[BIR]/g, '');

function assertDescribes(page: string, command: CommandWords): void {
  for (const { names, help } of command.options) {
    for (const name of names) assert.ok(page.includes(name), `${command.name} ${name}`);
    assert.ok(page.includes(help.replaceAll('…', '...')), help);
  }
  for (const each of command.commands) assertDescribes(page, each);
}

describe('a page of the manual', () => {
  let programs: ProgramWords[] = [];
  before(async () => {
    programs = [await orqctlWords(), daemonWords(), hookWords()];
  });
  const pageOf = ({ name, section }: ProgramWords): string => built(`man/${name}.${section}`);

  it('has every command and option, in the words of --help', () => {
    assert.deepEqual(
      programs[0]?.commands.map(({ name, summary }) => [name, summary]),
      Object.entries(COMMANDS).map(([name, { summary }]) => [name, summary]),
    );
    for (const program of programs) assertDescribes(plain(readFileSync(pageOf(program), 'utf8')), program);
  });

  it('has every setting with its variable', () => {
    const page = plain(readFileSync(built('man/orq-daemon.8'), 'utf8'));
    for (const name of SETTING_NAMES)
      assert.match(page, new RegExp(`^--${name} [^]*?${SETTINGS[name].variable}`, 'm'));
  });

  it('is read by groff without a warning', { skip: lacks('groff') }, () => {
    for (const program of programs) {
      const { status, stderr, stdout } = spawnSync(
        'groff',
        ['-man', '-Tutf8', '-ww', '-P-c', pageOf(program)],
        {
          encoding: 'utf8',
        },
      );
      assert.deepEqual({ status, stderr }, { status: 0, stderr: '' }, program.name);
      assert.match(stdout, new RegExp(`^${program.name.toUpperCase()}\\(${program.section}\\)`, 'm'));
    }
  });

  it('is found in the package by its name', () => {
    const { man } = JSON.parse(readFileSync(built('../package.json'), 'utf8')) as { man: string[] };
    assert.deepEqual(
      man.toSorted(),
      programs.map(({ name, section }) => `dist/man/${name}.${section}`).toSorted(),
    );
  });
});

describe('the completion', () => {
  const script = (shell: string): string => built(`completion/orq.${shell}`);

  it('names every command and option of every program in every shell', async () => {
    const tree = await orqctlWords();
    const names = ({ options, commands, name }: CommandWords): string[] => [
      name,
      ...options.flatMap((option) => [...option.names]),
      ...commands.flatMap(names),
    ];
    for (const shell of SHELLS) {
      const text = readFileSync(script(shell), 'utf8');
      for (const name of [...names(tree), ...names(daemonWords())])
        assert.ok(text.includes(shell === 'fish' ? name.replace(/^-+/, '') : name), `${shell}: ${name}`);
    }
  });

  for (const shell of SHELLS)
    it(`offers in ${shell} what may stand there`, { skip: lacks(shell), timeout: 600_000 }, () => {
      const offered = (...words: readonly string[]): string[] => offeredBy[shell](script(shell), words);
      const assertOffered = (words: readonly string[], expected: readonly string[]): void =>
        assert.deepEqual(offered(...words).toSorted(), expected.toSorted(), words.join(' '));
      assertOffered(['orqctl', ''], Object.keys(COMMANDS));
      assertOffered(['orqctl', 'se'], ['send', 'service']);
      assertOffered(['orqctl', 'dead', ''], ['list', 'redrive', 'drop']);
      assertOffered(['orqctl', '--socket', 'dead', 're'], offered('orqctl', 're'));
      assert.ok(!offered('orqctl', 'send', 'dead', '').includes('redrive'), 'an address is no command');
      assertOffered(['orqctl', 'list', '--state', ''], MESSAGE_STATES);
      assertOffered(['orqctl', 'list', '--state', 'dead', '--op'], ['--open']);
      assert.ok(offered('orqctl', 'hooks', 'install', '--al').includes('--allow-orqctl'));
      assert.ok(offered('orqctl', 'send', '--j').includes('--json'));
      assertOffered(['orqctl', 'completion', ''], SHELLS);
      assertOffered(['orq-daemon', '--log-level', 'd'], ['debug']);
      assertOffered(['orq-daemon', '--retention-d'], ['--retention-days']);
    });

  for (const [shell, flag] of [
    ['bash', '-n'],
    ['zsh', '-n'],
    ['fish', '--no-execute'],
  ] as const)
    it(`is understood by ${shell}`, { skip: lacks(shell) }, () => {
      const { status, stderr } = spawnSync(shell, [flag, script(shell)], { encoding: 'utf8' });
      assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    });

  it('is printed by orqctl', async () => {
    const { stdout, exit } = await orqctl(['completion', 'zsh']);
    assert.equal(exit, 0);
    assert.equal(stdout, readFileSync(script('zsh'), 'utf8'));
  });
});
