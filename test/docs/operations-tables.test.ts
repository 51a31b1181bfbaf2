import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { HOOK_TABLE } from '../../client/hooks/hook-table.ts';
import { COMMANDS } from '../../client/orqctl/command-table.ts';
import { helpText } from '../../daemon/config.ts';
import { SETTINGS } from '../../daemon/settings.ts';
import { ERRORS } from '../../src/protocol/errors.ts';
import { PACKAGE, readDocument, rowsOf, sectionOf, wordsInBackticks } from './documents.ts';

const OPERATIONS = readDocument('docs/OPERATIONS.md');

test('the settings are those of the table, in the words of --help', () => {
  const rows = rowsOf(sectionOf(OPERATIONS, 'Settings'));
  const wanted = Object.entries(SETTINGS).map(([name, { variable, help }]) => [
    `\`--${name}\``,
    `\`${variable}\``,
    help,
  ]);
  assert.deepEqual(
    rows.map(([flag, variable, , meaning]) => [flag, variable, meaning]),
    wanted,
  );
  for (const [, , help = ''] of wanted) assert.ok(helpText().includes(help), help);
});

test('the default of a setting is the one that the daemon takes', () => {
  for (const [flag = '', , fallback = ''] of rowsOf(sectionOf(OPERATIONS, 'Settings'))) {
    const setting = SETTINGS[flag.replaceAll('`', '').slice(2) as keyof typeof SETTINGS];
    if (fallback.startsWith('`')) assert.equal(fallback, `\`${setting.fallback({})}\``, flag);
  }
});

test('the commands are those of orqctl, in the words of --help', () => {
  assert.deepEqual(
    rowsOf(sectionOf(OPERATIONS, 'Commands')),
    Object.entries(COMMANDS).map(([name, { summary }]) => [`\`${name}\``, summary]),
  );
});

test('every exit code stands with its error codes', () => {
  const wanted = new Map<number, string[]>([[0, []]]);
  for (const [code, { exit }] of Object.entries(ERRORS))
    wanted.set(exit, [...(wanted.get(exit) ?? []), code]);
  const rows = rowsOf(sectionOf(OPERATIONS, 'Exit codes'));
  assert.deepEqual(
    rows.map(([exit, codes = '']) => [Number(exit), wordsInBackticks(codes)]),
    [...wanted].toSorted(([a], [b]) => a - b),
  );
});

test('the hook entries are those that an install writes', () => {
  const wanted = Object.entries(HOOK_TABLE).map(([event, { timeoutS, wait }]) => [
    `\`${event}\``,
    wait ? 'call and wait' : 'call',
    timeoutS,
  ]);
  const rows = rowsOf(sectionOf(OPERATIONS, 'Hooks')).filter((row) => row[1]?.startsWith('call'));
  assert.deepEqual(
    rows.map(([event, handlers, timeout = '']) => [event, handlers, Number.parseInt(timeout, 10)]),
    wanted,
  );
});

test('the log events are those that the daemon logs, each at its level', () => {
  const sources = readdirSync(join(PACKAGE, 'daemon'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(PACKAGE, 'daemon', name), 'utf8'));
  const logged = new Set(
    sources.flatMap((source) => [...source.matchAll(/event: '([a-z_]+)'/g)].map(([, event = '']) => event)),
  );
  const rows = rowsOf(sectionOf(OPERATIONS, 'Logs'));
  assert.deepEqual(rows.map(([event = '']) => event.replaceAll('`', '')).toSorted(), [...logged].toSorted());
  for (const [event = '', levels = ''] of rows) {
    const name = event.replaceAll('`', '');
    const direct = sources.flatMap((source) => [
      ...source.matchAll(new RegExp(`log\\s*\\.(\\w+)\\(\\s*\\{\\s*event: '${name}'`, 'g')),
    ]);
    for (const [, level = ''] of direct) assert.ok(levels.split(', ').includes(level), `${name}: ${level}`);
  }
});
