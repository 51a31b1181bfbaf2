import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PACKAGE, readDocument, rowsOf, sectionOf } from './documents.ts';

const AGENTS = readDocument('docs/AGENTS.md');

test('every case of sessions, places and names has a test that exists', () => {
  const sources = readdirSync(join(PACKAGE, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(PACKAGE, 'test', name), 'utf8'));
  const cases = ['Sessions', 'Places', 'Names', 'Delivery'].flatMap((section) =>
    rowsOf(sectionOf(AGENTS, section)),
  );
  assert.ok(cases.length > 20, `${cases.length} cases`);
  for (const [name = '', rule = '', owner = ''] of cases) {
    const wanted = owner.slice(1, -1);
    const exists = sources.some((source) =>
      [`'${wanted}'`, `\`${wanted}\``].some((words) =>
        new RegExp(`(?:it|test|nEachClient)\\(\\s*$`).test(before(source, words)),
      ),
    );
    assert.ok(rule !== '' && exists, `${name}: no test is called ${owner}`);
  }
});

function before(source: string, words: string): string {
  const at = source.indexOf(words);
  return at === -1 ? '' : source.slice(Math.max(0, at - 40), at);
}
