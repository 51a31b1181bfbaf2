import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStandIn } from '../stand-in.ts';
import { orqctl, type Ran } from './run-orqctl.ts';
import { SCHEDULE } from './samples.ts';

const PANE = { TMUX: '/tmp/t,1,0', TMUX_PANE: '%3', CLAUDE_CODE_SESSION_ID: '', ORQ_AGENT: '' };

/** `0 9 * * 1-5`, with its spaces kept from the split. */
const NINE = '0_9_*_*_1-5';

const CASES: readonly (readonly [what: string, words: readonly string[], body: object])[] = [
  [
    'with an agent and a cron expression',
    `work:1 look --cron ${NINE} --tz Europe/Berlin --catch-up once --priority 12 --from lead --ttl 2h --wake later --project p`
      .split(' ')
      .map((word) => word.replaceAll('_', ' ')),
    {
      agent: 'work:1',
      text: 'look',
      cron: '0 9 * * 1-5',
      zone: 'Europe/Berlin',
      catchUp: 'once',
      priority: 12,
      from: 'lead',
      ttlMs: 7_200_000,
      wake: 'later',
      project: 'p',
    },
  ],
  [
    "without an agent, for this pane's",
    ['look', '--every', '30m', '--name', 'build', '--tz', 'UTC'],
    { text: 'look', everyMs: 1_800_000, name: 'build', zone: 'UTC' },
  ],
];

for (const [what, words, body] of CASES) {
  test(`schedule add ${what} sends its fields, where it runs, and says when the next comes`, async () => {
    await using server = await openStandIn(() => SCHEDULE);
    const ran = await orqctl(['schedule', 'add', ...words], { socket: server.socket, env: PANE });
    assert.match(
      ran.stdout,
      /^schedule 7 added for work:1; next: \d{4}-.*; end it: orqctl schedule remove 7\n$/,
    );
    const [asked] = server.asked;
    assert.deepEqual([asked?.method, asked?.path, asked?.body], ['POST', '/v1/schedules', body]);
    assert.equal(asked?.headers['orq-pane'], '%253');
  });
}

test('schedule add without an agent goes to ORQ_AGENT where that is set, in the zone of this machine', async () => {
  await using server = await openStandIn(() => SCHEDULE);
  const env = { ...PANE, ORQ_AGENT: 'me', TZ: 'Asia/Tokyo' };
  await orqctl(['schedule', 'add', 'look', '--every', '1h'], { socket: server.socket, env });
  const { agent, from, zone } = server.asked[0]?.body ?? {};
  assert.deepEqual({ agent, from, zone }, { agent: 'me', from: 'me', zone: 'Asia/Tokyo' });
});

test('schedule add takes a cron expression or a distance, not both', async () => {
  await using server = await openStandIn(() => SCHEDULE);
  const words = ['schedule', 'add', 'look', '--every', '1h', '--cron', '@daily'];
  const { exit, stderr }: Ran = await orqctl(words, server);
  assert.deepEqual([exit, server.asked.length], [2, 0]);
  assert.match(stderr, /cannot be used with/);
});

test('schedule list shows when each comes next, and why one brought nothing', async () => {
  const broken = {
    ...SCHEDULE,
    id: 8,
    cron: '@daily',
    everyMs: null,
    nextAtMs: null,
    error: 'no such agent',
  };
  await using server = await openStandIn(() => ({ schedules: [SCHEDULE, broken] }));
  const { stdout } = await orqctl(['schedule', 'list', '--agent', 'work:1'], server);
  assert.equal(server.asked[0]?.path, '/v1/schedules?agent=work%3A1');
  assert.match(stdout, /7 +work:1 +build +every 30m +\S+ \S+ +- +look/);
  assert.match(stdout, /8 +work:1 +build +@daily UTC +never +no such agent +look/);
});

test('schedule remove says whose it was', async () => {
  await using server = await openStandIn(() => ({ id: 7, agent: 'work:1' }));
  const { stdout } = await orqctl(['schedule', 'remove', '7'], server);
  assert.deepEqual([server.asked[0]?.path, server.asked[0]?.body], ['/v1/schedules/remove', { id: 7 }]);
  assert.equal(stdout, 'schedule 7 for work:1 removed\n');
});
