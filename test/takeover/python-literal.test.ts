import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { parsePython } from '../../src/takeover/python-literal.ts';

test('what Python writes of plain values is read as JSON knows them', () => {
  for (const [text, value] of [
    [
      `{'a': None, 'b': True, "c's": [1, -2.5, 1e-07], 'd': (1,), 'e': {}}`,
      { a: null, b: true, "c's": [1, -2.5, 1e-7], d: [1], e: {} },
    ],
    [`'it\\'s\\n\\x41\\u00e4\\U0001f504\\\\'`, "it's\nAä🔄\\"],
    [` {1: False} `, { 1: false }],
    [`[]`, []],
  ] as const)
    assert.deepEqual(parsePython(text), value, text);
});

test('anything else is no literal', () => {
  for (const text of [
    '',
    'plain words',
    '{',
    "{'a'}",
    "{'a': }",
    "'open",
    "{'t': datetime.datetime(2025, 1, 1)}",
    '[1 2]',
    "'a' 'b'",
    '{}x',
    "'\\U00110000'",
    '['.repeat(200),
  ])
    assert.equal(parsePython(text), undefined, text);
});

test('a value of lists, numbers and plain words comes back from its notation', () => {
  const word = fc.stringMatching(/^[ -&(-[\]-~]*$/);
  const repr = (value: unknown): string => {
    if (value === null) return 'None';
    if (typeof value === 'boolean') return value ? 'True' : 'False';
    if (typeof value === 'string') return `'${value}'`;
    if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`;
    return JSON.stringify(value);
  };
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof({ maxDepth: 3 }, fc.constant(null), fc.boolean(), fc.integer(), word, tie('list')),
    list: fc.array(tie('tree'), { maxLength: 4 }),
  }));
  fc.assert(fc.property(tree, (value) => assert.deepEqual(parsePython(repr(value)), value)));
});
