import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { hookGroups } from '../../../client/hooks/hook-table.ts';
import { mergeHooks, removeHooks } from '../../../client/hooks/merge.ts';
import { addRules, missingRules, removeRules } from '../../../client/hooks/permission-rules.ts';
import { settingsText } from './settings-arbitrary.ts';

const GROUPS = hookGroups({ command: '/d/orq/bin/orq-hook', socket: '/s', agent: null });

describe('the text of a settings file', () => {
  it('keeps its bytes around the entries, so that taking them out finds the old value without a backup', () => {
    const property = fc.property(settingsText, (marked) => {
      const text = marked.replace(/^\uFEFF/, '');
      const before: unknown = JSON.parse(text);
      const rules = missingRules(text, ['Bash(orqctl send:*)', 'Bash(orqctl done:*)']);
      const merged = addRules(mergeHooks(text, GROUPS), rules);
      assert.equal(mergeHooks(merged, GROUPS), merged);
      const removed = removeRules(removeHooks(merged, before), rules, before);
      assert.deepEqual(JSON.parse(removed), before);
    });
    fc.assert(property, { numRuns: 400 });
  });

  it('has only insertions in the merged one', () => {
    const property = fc.property(settingsText, (marked) => {
      const text = marked.replace(/^\uFEFF/, '');
      const merged = mergeHooks(text, GROUPS);
      const dense = text.replaceAll(/\s+/g, '');
      let at = 0;
      for (const character of merged.replaceAll(/\s+/g, '')) if (character === dense.charAt(at)) at += 1;
      assert.equal(at, dense.length);
    });
    fc.assert(property, { numRuns: 200 });
  });

  const layouts: [name: string, text: string, merged: RegExp][] = [
    [
      'tabs',
      '{\n\t"a": 1\n}\n',
      /^\{\n\t"a": 1,\n\t"hooks": \{\n\t\t"SessionStart": \[\n\t\t\t\{\n[^]*\n\t\}\n\}\n$/,
    ],
    ['one line', '{"a":1}', /^\{"a":1,"hooks":\{"SessionStart":\[\{"hooks":\[[^\n]*\}$/],
    ['CRLF', '{\r\n  "a": 1\r\n}', /^\{\r\n {2}"a": 1,\r\n {2}"hooks": \{\r\n {4}"SessionStart": \[\r\n/],
    ['an empty object', '{}', /^\{\n {2}"hooks": \{\n {4}"SessionStart": \[\n[^]*\n\}$/],
    ['an empty list', '{\n  "hooks": {\n    "Stop": []\n  }\n}', /\n {4}"Stop": \[\n {6}\{\n {8}"hooks": \[/],
  ];
  for (const [name, text, merged] of layouts) {
    it(`gets entries in its own layout: ${name}`, () => assert.match(mergeHooks(text, GROUPS), merged));
  }

  it('is compared by the last of two equal keys, as JSON.parse reads it', () => {
    const text = '{"hooks":{"Stop":[]},"hooks":{"Stop":[{"hooks":[]}]}}';
    const merged = JSON.parse(mergeHooks(text, GROUPS)) as { hooks: Record<string, unknown[]> };
    assert.deepEqual(merged.hooks['Stop'], [{ hooks: [] }, GROUPS.get('Stop')]);
  });
});
