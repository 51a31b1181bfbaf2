import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { OrqError } from '../../../src/protocol/errors.ts';
import { testFolder } from '../../support/folder.ts';
import { openStandIn } from '../stand-in.ts';
import { orqctl } from './run-orqctl.ts';

const PAGE = { origin: 'o', untilId: 2, nextAfterId: null, messages: [] };
const message = (id: number) => ({ id, agent: 'a', text: `text ${id}` });

const twoPages = () =>
  openStandIn(({ path }) =>
    path.includes('afterId=1')
      ? { ...PAGE, messages: [message(2)] }
      : { ...PAGE, nextAfterId: 1, messages: [message(1)] },
  );

test('export prints one JSON object, a message a line, over all pages up to where the first one ended', async () => {
  await using server = await twoPages();
  const { exit, stdout } = await orqctl(['export', '--undelivered'], server);
  assert.equal(exit, 0);
  const { exportedAtMs, ...document } = JSON.parse(stdout) as Record<string, unknown>;
  assert.equal(typeof exportedAtMs, 'number');
  assert.deepEqual(document, { format: 'orq-export/1', origin: 'o', messages: [message(1), message(2)] });
  assert.equal(stdout.split('\n').length, 5);
  assert.deepEqual(
    server.asked.map(({ path }) => path),
    ['/v1/export?undelivered=true', '/v1/export?undelivered=true&afterId=1&untilId=2'],
  );
});

test('export of nothing is an empty list', async () => {
  await using server = await openStandIn(() => PAGE);
  const { stdout } = await orqctl(['export'], server);
  assert.deepEqual((JSON.parse(stdout) as { messages: object[] }).messages, []);
});

test('export --output writes a file that nobody else reads, and says how much is in it', async () => {
  await using server = await twoPages();
  using folder = testFolder();
  const { exit, stdout } = await orqctl(['export', '--output', folder.at('all.json')], server);
  assert.deepEqual([exit, stdout], [0, `2 messages written to ${folder.at('all.json')}\n`]);
  assert.equal(statSync(folder.at('all.json')).mode & 0o777, 0o600);
  assert.equal(
    (JSON.parse(readFileSync(folder.at('all.json'), 'utf8')) as { messages: object[] }).messages.length,
    2,
  );
});

test('export --output leaves nothing where the daemon fails in the midst of it', async () => {
  await using server = await openStandIn(({ path }) => {
    if (path.includes('afterId')) throw new OrqError('storage_busy', 'database: locked');
    return { ...PAGE, nextAfterId: 1, messages: [message(1)] };
  });
  using folder = testFolder();
  const { exit } = await orqctl(['export', '--output', folder.at('all.json')], server);
  assert.equal(exit, 8);
  assert.deepEqual(readdirSync(folder.path), []);
});
