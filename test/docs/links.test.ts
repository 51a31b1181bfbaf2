import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import {
  DOCUMENTS,
  fragmentOf,
  PACKAGE,
  readDocument,
  withoutBlocks,
  wordsInBackticks,
} from './documents.ts';

/** Words that look like a path of this package: its top folders, or a file with one of its endings that is named whole. */
const OWN_PATH = /^(?:src|daemon|client|migrations|setup|test|docs)(?:\/[\w./-]+)?$/;

for (const name of DOCUMENTS) {
  const text = withoutBlocks(readDocument(name));

  test(`every link of ${name} leads to a file and a heading that exist`, () => {
    for (const [, target = ''] of text.matchAll(/\]\(([^)]+)\)/g)) {
      const [file = '', fragment] = target.split('#');
      const path = file === '' ? name : join(dirname(name), file);
      assert.ok(existsSync(join(PACKAGE, path)), `${target}: no such file`);
      if (fragment === undefined) continue;
      const headings = readDocument(path).match(/^#+ .*$/gm) ?? [];
      const fragments = headings.map((heading) => fragmentOf(heading.replace(/^#+ /, '')));
      assert.ok(fragments.includes(fragment), `${target}: no such heading`);
    }
  });

  test(`every path of the package that ${name} names exists`, () => {
    for (const word of wordsInBackticks(text).filter((each) => OWN_PATH.test(each)))
      assert.ok(existsSync(join(PACKAGE, word)), word);
  });

  test(`every npm command that ${name} names is in package.json`, () => {
    const { scripts } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    for (const [, script = ''] of text.matchAll(/`npm run ([\w:-]+)`/g)) assert.ok(scripts[script], script);
    for (const [, script = ''] of text.matchAll(/`npm (start|test)`/g)) assert.ok(scripts[script], script);
  });
}
