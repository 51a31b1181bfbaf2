import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LegacySession } from '../../src/takeover/legacy-agent.ts';
import type { LegacyRow } from '../../src/takeover/legacy-row.ts';
import { takeMessages } from '../../src/takeover/messages.ts';

const NOW_MS = Date.UTC(2025, 8, 1);
const SESSIONS: readonly LegacySession[] = [
  {
    session: 'shop-impl-1a',
    project: 'Shop',
    agents: [
      { role: 'orchestrator', windowIndex: 0, windowName: 'Orchestrator', exhaustedUntilMs: null },
      { role: 'test_runner', windowIndex: 2, windowName: 'Test-Runner', exhaustedUntilMs: null },
      { role: 'tester', windowIndex: 3, windowName: null, exhaustedUntilMs: null },
    ],
  },
];

const row = (id: number, more: Partial<LegacyRow> = {}): LegacyRow => ({
  id,
  agent: 'p:1',
  text: `text ${id}`,
  priority: 0,
  sequence: id,
  dependencyId: null,
  project: null,
  status: 'pending',
  enqueuedAt: '2025-08-30 12:00:00',
  pulledAt: null,
  deliveredAt: null,
  scope: 'agent',
  ...more,
});

const take = (rows: readonly LegacyRow[], more: object = {}) =>
  takeMessages({ rows, sequenceLost: false, shape: 'v1', ...more }, SESSIONS, {
    fingerprint: (words) => `f${words.join('|').length}`,
    nowMs: NOW_MS,
  });

const becomes = (rows: readonly LegacyRow[]) =>
  Object.fromEntries(
    take(rows).rows.map(({ id, becomes: state, reason }) => [
      id,
      reason === null ? state : `${state}: ${reason}`,
    ]),
  );

describe('the order of old messages', () => {
  const rows = [
    row(1, { sequence: 49, enqueuedAt: '2025-08-30 12:00:02' }),
    row(2, { sequence: 48, enqueuedAt: '2025-08-30 12:00:03' }),
  ];
  const texts = (more: object) => take(rows, more).messages.map(({ text }) => text);

  test('is that of their sequence', () => assert.deepEqual(texts({}), ['text 2', 'text 1']));
  test('is that of their time where a migration lost the sequence', () =>
    assert.deepEqual(texts({ sequenceLost: true }), ['text 1', 'text 2']));
  test('is that of their time where there never was a sequence', () =>
    assert.deepEqual(texts({ shape: 'v0' }), ['text 1', 'text 2']));
  test('is that of their ids among equals', () =>
    assert.deepEqual(
      take([row(2, { sequence: 7 }), row(1, { sequence: 7 })]).messages.map(({ text }) => text),
      ['text 1', 'text 2'],
    ));
});

describe('the agent of an old message', () => {
  for (const [old, agent] of [
    ['p:1', 'p:1'],
    ['p', 'p:0'],
    [' p:0 ', 'p:0'],
    ['shop-impl-1a:0', 'shop-impl-1a:Orchestrator'],
    ['shop-impl-1a', 'shop-impl-1a:Orchestrator'],
    ['shop-impl-1a:TEST_RUNNER', 'shop-impl-1a:Test-Runner'],
    ['shop-impl-1a:test-runner', 'shop-impl-1a:Test-Runner'],
    ['shop-impl-1a:Tester', 'shop-impl-1a:3'],
    ['shop-impl-1a:9', 'shop-impl-1a:9'],
  ] as const)
    test(`of ${JSON.stringify(old)} is ${agent}`, () =>
      assert.equal(take([row(1, { agent: old })]).messages[0]?.agent, agent));

  test('becomes known with its project under its old address, once', () => {
    const taken = take([row(1, { agent: 'shop-impl-1a:2' }), row(2, { agent: 'shop-impl-1a:test_runner' })]);
    assert.deepEqual(taken.agents, [
      { id: 'shop-impl-1a:Test-Runner', project: 'Shop', addresses: ['shop-impl-1a:2'] },
    ]);
    assert.equal(taken.messages[0]?.project, 'Shop');
  });

  for (const nobody of [':', '', '  ', null, ':3', '@all:1', '%4'])
    test(`of ${JSON.stringify(nobody)} is nobody: the message is dead`, () => {
      const [message] = take([row(1, { agent: nobody })]).messages;
      assert.deepEqual([message?.state, message?.agent], ['dead', 'no-agent']);
      assert.match(message?.reason ?? '', /^no agent: /);
    });
});

describe('an old message', () => {
  test('goes on as its status says', () => {
    const rows = ['pending', 'pulled', 'delivered', 'failed', null].map((status, index) =>
      row(index + 1, { status }),
    );
    assert.deepEqual(becomes(rows), {
      1: 'ready',
      2: 'ready',
      3: 'delivered',
      4: 'dead: unknown status: "failed"',
      5: 'dead: unknown status: none',
    });
    assert.deepEqual(
      take(rows).messages.map(({ attempts }) => attempts),
      [0, 1, 1, 0, 0],
    );
  });

  test('keeps its times', () => {
    const [message] = take([row(1, { status: 'delivered', deliveredAt: '2025-08-30 13:00:00' })]).messages;
    assert.deepEqual(
      [message?.enqueuedAtMs, message?.endedAtMs],
      [Date.UTC(2025, 7, 30, 12), Date.UTC(2025, 7, 30, 13)],
    );
    const unreadable = take([row(1, { enqueuedAt: 'soon' })]);
    assert.equal(unreadable.messages[0]?.enqueuedAtMs, NOW_MS);
    assert.deepEqual(unreadable.rows[0]?.changes, ['enqueued_at cannot be read: now']);
  });

  for (const [given, priority] of [
    [7, 7],
    [-4, -4],
    [null, 0],
    ['high', 0],
    [2.5, 2],
    [1e12, 1_000_000],
  ] as const)
    test(`of priority ${JSON.stringify(given)} has ${priority}`, () =>
      assert.equal(take([row(1, { priority: given })]).messages[0]?.priority, priority));

  test('without a text is cancelled, one that nobody could store is dropped', () => {
    assert.deepEqual(
      becomes([row(1, { text: '__ENSURE_ENTER__' }), row(2, { text: 'x'.repeat(1_048_577) })]),
      {
        1: 'cancelled: no text',
        2: 'dropped: the text is longer than 1048576 bytes',
      },
    );
  });

  test('is known again by what it says: nothing that a migration or a delivery changes is in its key', () => {
    const key = (more: Partial<LegacyRow>) => take([row(1, more)]).messages[0]?.idempotencyKey;
    assert.match(key({}) ?? '', /^legacy:f\d+:1$/);
    assert.equal(key({ status: 'delivered', sequence: 99, priority: 5, project: 'x' }), key({}));
    assert.notEqual(key({ text: 'another text' }), key({}));
  });

  test('of an order across agents is of its agent, and counted', () => {
    assert.equal(
      take([row(1, { scope: 'global' }), row(2, { scope: 'project' }), row(3, { scope: undefined })])
        .scopesDropped,
      2,
    );
  });
});

describe('a message that the old system made itself', () => {
  for (const [priority, text] of [
    [95, '🔄 **Context Restoration & Rebriefing** x'],
    [99, '🔄 **Context Restoration After Compaction**'],
    [90, '🔄 **Automatic Restart** x'],
    [90, 'WARNING: MCP tmux commands detected. x'],
    [80, '⏰ COMMIT REQUIRED: x'],
    [70, '⏰ COMMIT REQUIRED: x'],
  ] as const)
    test(`${priority} ${text} is dropped while it waits`, () => {
      assert.match(String(becomes([row(1, { priority, text })])[1]), /^dropped: made by the old system/);
      assert.match(String(becomes([row(1, { priority, text, agent: ':' })])[1]), /^dropped/);
      assert.equal(becomes([row(1, { priority, text, status: 'delivered' })])[1], 'delivered');
      assert.equal(becomes([row(1, { priority: 10, text })])[1], 'ready');
      assert.equal(becomes([row(1, { priority, text: `my own: ${text}` })])[1], 'ready');
    });
});

describe('what an old message waits for', () => {
  const generated = { priority: 80, text: '⏰ COMMIT REQUIRED: x' };

  test('holds it while that is not over', () => {
    const taken = take([row(1), row(2, { dependencyId: 1 })]);
    const [first, second] = taken.messages;
    assert.deepEqual([second?.state, second?.after], ['blocked', [first?.id]]);
    assert.equal(taken.rows[1]?.reason, 'waits for row 1');
  });

  test('holds it no more where that was delivered, is missing or was dropped', () => {
    const taken = take([
      row(1, { status: 'delivered' }),
      row(2, { dependencyId: 1 }),
      row(3, { dependencyId: 77 }),
      row(4, generated),
      row(5, { dependencyId: 4 }),
      row(6, { dependencyId: 7 }),
      row(7, { status: 'odd' }),
    ]);
    const shown = Object.fromEntries(
      taken.rows.map(({ id, becomes: state, changes }) => [id, [state, ...changes].join()]),
    );
    assert.deepEqual(
      [shown[2], shown[3], shown[5], shown[6]],
      [
        'ready',
        'ready,does not wait: row 77 that it waited for is not there',
        'ready,does not wait: row 4 that it waited for is dropped',
        'ready,does not wait: row 7 that it waited for is dead',
      ],
    );
  });

  test('kills all that wait for each other, and lets go who waits for one of them', () => {
    assert.deepEqual(
      becomes([
        row(1, { dependencyId: 1 }),
        row(2, { dependencyId: 3 }),
        row(3, { dependencyId: 2 }),
        row(4, { dependencyId: 2 }),
      ]),
      {
        1: 'dead: rows 1 wait for each other',
        2: 'dead: rows 2, 3 wait for each other',
        3: 'dead: rows 2, 3 wait for each other',
        4: 'ready',
      },
    );
  });
});
