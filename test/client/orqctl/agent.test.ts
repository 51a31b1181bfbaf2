import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStandIn } from '../stand-in.ts';
import { orqctl } from './run-orqctl.ts';

const PAUSED = {
  agents: [
    { id: 'api', paused: true, changed: true },
    { id: 'web', paused: true, changed: false },
  ],
};
const FORGOTTEN = { agent: 'api', undelivered: [{ id: 42, agent: 'api', state: 'ready' }] };

const CASES: readonly (readonly [line: string, path: string, body: object, reply: object, stdout: RegExp])[] =
  [
    [
      'agent name work:1 api',
      'name',
      { agent: 'work:1', name: 'api' },
      { agent: 'api', was: 'work:1' },
      /^work:1 is now api\n$/,
    ],
    ['agent pause api', 'pause', { agent: 'api' }, PAUSED, /^api paused\nweb was paused before\n$/],
    ['agent pause --project shop', 'pause', { project: 'shop' }, PAUSED, /^api paused/],
    ['agent resume --all', 'resume', { all: true }, PAUSED, /^api resumed/],
    [
      'agent forget api',
      'forget',
      { agent: 'api' },
      FORGOTTEN,
      /^api forgotten; undelivered messages wait on under its name: 42\n$/,
    ],
    [
      'agent forget api --force',
      'forget',
      { agent: 'api', force: true },
      { agent: 'api', undelivered: [] },
      /no message waits/,
    ],
  ];

for (const [line, path, body, reply, stdout] of CASES)
  test(`${line} sends its fields and says what changed`, async () => {
    await using server = await openStandIn(() => reply);
    const ran = await orqctl(line.split(' '), server);
    assert.equal(ran.exit, 0);
    assert.match(ran.stdout, stdout);
    assert.deepEqual([server.asked[0]?.path, server.asked[0]?.body], [`/v1/agents/${path}`, body]);
  });
