import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { HOOK_TABLE } from '../../client/hooks/hook-table.ts';
import { COMMANDS } from '../../client/orqctl/command-table.ts';
import { ALERTS } from '../../daemon/alerts/kinds.ts';
import { keyOf, LEGACY_VARIABLES, SETTING_NAMES, SETTINGS } from '../../daemon/config.ts';
import { helpText } from '../../daemon/config-text.ts';
import type { Setting } from '../../daemon/setting.ts';
import { isInFile } from '../../daemon/settings-file.ts';
import { ERRORS } from '../../src/protocol/errors.ts';
import { WORKS } from '../../src/protocol/maintenance.ts';
import { PACKAGE, readDocument, rowsOf, sectionOf, wordsInBackticks } from './documents.ts';

const OPERATIONS = readDocument('docs/OPERATIONS.md');

test('the settings are those of the table, in the words of --help', () => {
  const rows = rowsOf(sectionOf(OPERATIONS, 'Settings')).filter(([flag]) => flag?.startsWith('`--'));
  const wanted = SETTING_NAMES.map((name) => {
    const setting: Setting = SETTINGS[name];
    const { variable, help } = setting;
    const effect = setting.effect ?? 'at once';
    const key = isInFile(name) ? `\`${keyOf(name)}\`` : '-';
    return [`\`--${name}\``, `\`${variable}\``, key, effect, help];
  });
  assert.deepEqual(
    rows.map(([flag, variable, key, , effect, meaning]) => [flag, variable, key, effect, meaning]),
    wanted,
  );
  for (const [, , , , help = ''] of wanted) assert.ok(helpText().includes(help), help);
});

test('the default of a setting is the one that the daemon takes', () => {
  for (const [flag = '', , , fallback = ''] of rowsOf(sectionOf(OPERATIONS, 'Settings'))) {
    const setting = SETTINGS[flag.replaceAll('`', '').slice(2) as keyof typeof SETTINGS];
    if (fallback.startsWith('`')) assert.equal(fallback, `\`${setting.fallback({})}\``, flag);
  }
});

test('the variables of the old system stand with what becomes of them', () => {
  const read = SETTING_NAMES.flatMap((name) => {
    const { legacy }: Setting = SETTINGS[name];
    return legacy ? [[`\`${legacy.variable}\``, `\`--${name}\`, in ${legacy.unit}`]] : [];
  });
  const idle = Object.entries(LEGACY_VARIABLES).map(([variable, reason]) => [`\`${variable}\``, reason]);
  const rows = rowsOf(sectionOf(OPERATIONS, 'Settings')).filter(([, second]) => !second?.startsWith('`ORQ_'));
  assert.deepEqual(rows, [...read, ...idle]);
});

test('the commands are those of orqctl, in the words of --help', () => {
  assert.deepEqual(
    rowsOf(sectionOf(OPERATIONS, 'Commands')),
    Object.entries(COMMANDS).map(([name, { summary }]) => [`\`${name}\``, summary]),
  );
});

test('the works of maintenance and the kinds of alerts are those of their tables', () => {
  const pairs = (section: string): unknown =>
    rowsOf(sectionOf(OPERATIONS, section)).map(([name, meaning]) => [name, meaning]);
  const wanted = (table: Readonly<Record<string, string>>): unknown =>
    Object.entries(table).map(([name, meaning]) => [`\`${name}\``, meaning]);
  assert.deepEqual(pairs('Maintenance'), wanted(WORKS));
  assert.deepEqual(pairs('Alerts'), wanted(ALERTS));
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
