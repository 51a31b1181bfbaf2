import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { parseTemplate, rebriefText, type Passage, type RebriefFacts } from '../../src/agents/rebrief.ts';

const passage = (name: string, units: number): Passage => ({
  whole: `${name} ${'x'.repeat(units)} whole`,
  named: `${name} named`,
});
const FACTS: RebriefFacts = {
  cause: 'compaction',
  identity: 'orq: this session receives messages as agent "a".\n',
  open: [passage('open1', 10), passage('open2', 10)],
  rules: [passage('rule', 10)],
  activity: [passage('git', 10)],
};

describe('a rebrief', () => {
  it('says who, then what is open, then the rules, then what was done last', () => {
    const text = rebriefText(FACTS, 8_500, null);
    const order = ['REBRIEF', 'agent "a"', 'open1 x', 'open2 x', 'rule x', 'git x'];
    const found = order.map((words) => text.indexOf(words));
    assert.deepEqual(
      found,
      found.toSorted((a, b) => a - b),
    );
    assert.ok(found.every((at) => at >= 0));
    assert.ok(text.startsWith('REBRIEF'));
  });

  it('says so where nothing is open', () => {
    assert.match(rebriefText({ ...FACTS, open: [] }, 8_500, null), /not done yet:\nNone\.\n/);
  });

  it('holds whole passages as long as they fit and names the others, the first sections first', () => {
    const facts = {
      ...FACTS,
      open: [passage('open1', 1_500), passage('open2', 3_000)],
      rules: [passage('rule', 1_000)],
    };
    const text = rebriefText(facts, 3_500, null);
    assert.match(text, /open1 x+ whole\nopen2 named\n/);
    assert.match(text, /rule x+ whole\n/);
    assert.match(text, /git x+ whole\n/);
  });

  it('counts those that it has no room to name', () => {
    const open = Array.from({ length: 300 }, (_, at) => passage(`open${at}`, 100));
    const text = rebriefText({ ...FACTS, open }, 2_000, null);
    assert.match(text, /open0 named\nopen1 named\n[^]*and \d+ more, for which there is no room here\n/);
    const named = text.match(/open\d+ named/g)?.length ?? 0;
    assert.match(text, new RegExp(`and ${300 - named} more`));
  });

  it('never takes more than its room, is Unicode text, and begins with its marker', () => {
    const texts = fc.string({ unit: 'binary', maxLength: 400 });
    const passages = fc.array(fc.record({ whole: texts, named: texts }), { maxLength: 12 });
    fc.assert(
      fc.property(
        fc.record({ identity: texts, open: passages, rules: passages, activity: passages }),
        fc.integer({ min: 50, max: 4_000 }),
        fc.option(fc.constant('{{open}} by {{identity}}')),
        (facts, units, template) => {
          const text = rebriefText({ ...facts, cause: 'restart' }, units, template);
          assert.ok(text.length <= units);
          assert.ok(text.isWellFormed());
          assert.ok(text.startsWith('REBRIEF'));
        },
      ),
    );
  });
});

describe('a template', () => {
  it('puts the places into words of its own, behind the marker', () => {
    const text = rebriefText(FACTS, 8_500, 'Do: {{ open }}\nYou: {{identity}}');
    assert.match(text, /^REBRIEF\nDo: open1 x+ whole\nopen2 x+ whole\nYou: orq: this session/);
    assert.doesNotMatch(text, /rule|git/);
  });

  const bad: readonly (readonly [string, RegExp])[] = [
    ['{{identity}} {{open}} {{opne}}', /\{\{opne\}\} is none of cause, identity, open, rules, activity/],
    ['{{identity}} {{open}} {{open}}', /\{\{open\}\} stands in it twice/],
    ['{{identity}}', /\{\{open\}\} is missing/],
    ['{{open}}', /\{\{identity\}\} is missing/],
    [`{{identity}} {{open}} ${'x'.repeat(4_000)}`, /it has 4022 characters, 4000 are allowed/],
  ];
  for (const [text, problem] of bad)
    it(`that is bad is told, and the default stands in its place: ${problem.source}`, () => {
      const parsed = parseTemplate(text);
      assert.match('problem' in parsed ? parsed.problem : '', problem);
      assert.equal(rebriefText(FACTS, 8_500, text), rebriefText(FACTS, 8_500, null));
    });
});
