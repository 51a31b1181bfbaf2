import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { startDaemon } from '../../support/daemon.ts';
import { testFolder } from '../../support/folder.ts';
import { orqctl } from './run-orqctl.ts';

const document = (messages: unknown, more: object = {}) =>
  JSON.stringify({ format: 'orq-export/1', origin: 'o', messages, ...more });

test('what one daemon exports another one imports, once', async () => {
  await using folder = testFolder();
  await using source = await startDaemon({ folder: folder.at('s') });
  await using target = await startDaemon({ folder: folder.at('t') });
  for (const words of [
    ['first'],
    ['second', '--priority', '50'],
    ['third', '--delay', '10m'],
    ['fourth', '--after', '1'],
  ])
    assert.equal((await orqctl(['send', 'work:1', ...words], source)).exit, 0);
  const file = folder.at('pending_messages.json');
  assert.equal((await orqctl(['export', '--undelivered', '--output', file], source)).exit, 0);
  const dry = await orqctl(['import', '--dry-run', file], target);
  assert.deepEqual([dry.exit, dry.stdout, dry.stderr], [0, '4 would be stored\n', '']);
  assert.equal((await orqctl(['import', file], target)).stdout, '4 stored\n');
  assert.equal((await orqctl(['import', file], target)).stdout, '0 stored, 4 were here already\n');
  const listed = JSON.parse((await orqctl(['list', '--json'], target)).stdout) as {
    messages: { text: string; state: string }[];
  };
  assert.deepEqual(
    listed.messages.map(({ text, state }) => [text, state]),
    [
      ['fourth', 'blocked'],
      ['third', 'scheduled'],
      ['second', 'ready'],
      ['first', 'ready'],
    ],
  );
  assert.match(await target.logged((log) => log.includes('messages_imported')), /"created":4,"known":0/);
});

test('an import of many pages from standard input is stored whole or not at all, and the refusal names the place', async () => {
  await using folder = testFolder();
  await using daemon = await startDaemon({ folder: folder.path });
  const messages: object[] = Array.from({ length: 1203 }, (_, index) => ({
    id: index + 1,
    agent: 'a',
    text: `t${index}`,
  }));
  const wrong = messages.with(1101, { id: 1102, agent: 'a', text: 'x', priority: 'high' });
  const refused = await orqctl(['import', '-'], { ...daemon, stdin: document(wrong) });
  assert.equal(refused.exit, 2);
  assert.match(refused.stderr, /messages\[1101\]\/priority: must be integer/);
  const stored = await orqctl(['import', '-', '--json'], { ...daemon, stdin: document(messages) });
  const { created, messages: outcome } = JSON.parse(stored.stdout) as {
    created: number;
    messages: { id: number }[];
  };
  assert.equal(created, 1203);
  assert.equal(outcome[0]?.id, 1);
});

for (const [what, text, reason] of [
  ['is not JSON', '{"format', /is not JSON/],
  ['is no export', '{"messages":[]}', /its format is not "orq-export\/1"/],
  [
    'is of a later format',
    document([]).replace('export/1', 'export/2'),
    /has the format orq-export\/2, this orq knows orq-export\/1/,
  ],
  ['has a field that nobody knows', document([], { more: 1 }), /has no field "more"/],
  ['has no list of messages', document({}), /messages: is no list/],
  ['is a list', '[]', /holds no JSON object/],
] as const)
  test(`a file that ${what} is refused before anything is sent`, async () => {
    using folder = testFolder();
    writeFileSync(folder.at('f.json'), text);
    const { exit, stderr } = await orqctl(['import', folder.at('f.json')], {
      socket: folder.at('none.sock'),
    });
    assert.equal(exit, 2);
    assert.match(stderr, reason);
  });

test('a file that does not exist is not found', async () => {
  const { exit, stderr } = await orqctl(['import', 'no-such-file.json']);
  assert.equal(exit, 3);
  assert.match(stderr, /no-such-file.json: does not exist/);
});
