import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOOK_EVENTS } from '../../src/protocol/agent.ts';
import { CALLS, type CallName } from '../../src/protocol/calls.ts';
import { ERRORS } from '../../src/protocol/errors.ts';
import { CHANGE_KINDS, MOVES, RECEIPTS } from '../../src/protocol/message.ts';
import { SCHEMAS } from '../../src/protocol/schemas.ts';
import { WAITING_REASONS, waitingCode } from '../../src/protocol/waiting.ts';
import { readDocument, rowsOf, sectionOf, wordsInBackticks } from './documents.ts';

const PROTOCOL = readDocument('docs/PROTOCOL.md');

test('the calls of the protocol are those of the table, with method, path and summary', () => {
  const documented = (PROTOCOL.match(/^### `\w+`: .*$/gm) ?? []).map((heading) => heading.slice(4));
  const wanted = Object.entries(CALLS).map(
    ([name, { method, path }]) => `\`${name}\`: \`${method} ${path}\``,
  );
  assert.deepEqual(documented.toSorted(), wanted.toSorted());
  for (const [name, { summary }] of Object.entries(CALLS))
    assert.ok(sectionOfCall(name as CallName).includes(`\n${summary}.`), `${name}: ${summary}`);
});

for (const name of Object.keys(CALLS) as CallName[]) {
  test(`the fields of ${name} are those that its schema takes`, () => {
    const fields = rowsOf(sectionOfCall(name)).map(([field = '']) => wordsInBackticks(field)[0] ?? field);
    assert.deepEqual(fields.toSorted(), fieldsOf(SCHEMAS[name].request).toSorted());
  });

  test(`the errors that ${name} names are codes of the table`, () => {
    const listed = /^Errors: ([^]*?)(?:\n\n|$)/m.exec(sectionOfCall(name))?.[1] ?? '';
    const codes = wordsInBackticks(listed).filter((word) => word.includes('_'));
    for (const code of codes) assert.ok(Object.hasOwn(ERRORS, code), code);
  });
}

test('every error code has its paragraph with status, exit code and whether trying again can help', () => {
  const paragraphs = sectionOf(PROTOCOL, 'Errors').match(/^- `\w+` \(.*?\):/gm) ?? [];
  const wanted = Object.entries(ERRORS).map(
    ([code, { status, exit, retry }]) => `- \`${code}\` (${status}, exit ${exit}${retry ? ', retry' : ''}):`,
  );
  assert.deepEqual(paragraphs, wanted);
});

test('the states, their moves and the receipts are those of the table', () => {
  const tables = rowsOf(sectionOf(PROTOCOL, 'The life of a message'));
  const states = tables.filter((row) => row.length === 3);
  assert.deepEqual(
    Object.fromEntries(states.map(([state = '', , moves = '']) => [word(state), wordsInBackticks(moves)])),
    MOVES,
  );
  const receipts = tables.filter((row) => row.length === 2).map(([receipt = '']) => word(receipt));
  assert.deepEqual(receipts, [...RECEIPTS]);
});

test('the stream of changes has the kinds of the table', () => {
  const rows = rowsOf(sectionOf(PROTOCOL, 'The stream of changes')).filter(
    ([, , more]) => more === undefined,
  );
  assert.deepEqual(rows.map(([kind = '']) => word(kind)).toSorted(), [...CHANGE_KINDS].toSorted());
});

test('the reasons to wait are those of the table, in its order', () => {
  const rows = rowsOf(sectionOf(PROTOCOL, 'Waking'))
    .filter(([, , more]) => more === undefined)
    .map(([reason = '']) => word(reason));
  assert.deepEqual(
    rows.map((reason) => waitingCode(reason.replace(/ …$|: …$/, ''))),
    Object.keys(WAITING_REASONS),
  );
});

test('the hook table names every event', () => {
  const named = rowsOf(sectionOf(PROTOCOL, 'Hooks')).flatMap(([event = '']) =>
    wordsInBackticks(event).slice(0, 1),
  );
  for (const event of [...HOOK_EVENTS, 'wait']) assert.ok(named.includes(event), event);
});

function sectionOfCall(name: CallName): string {
  const { method, path } = CALLS[name];
  return sectionOf(PROTOCOL, `\`${name}\`: \`${method} ${path}\``);
}

/** Field names of a request; a union's are those of its first branch, which is one message. */
function fieldsOf(schema: object): string[] {
  const { properties, anyOf } = schema as { properties?: object; anyOf?: object[] };
  return anyOf?.[0] ? fieldsOf(anyOf[0]) : Object.keys(properties ?? {});
}

function word(cell: string): string {
  return cell.replaceAll('`', '');
}
