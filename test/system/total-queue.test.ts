import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Entry } from '../soak/ledger.ts';
import { judgeLedger, type Verdict } from '../soak/total-queue.ts';

const send = (id: number, priority = 0): Entry[] => [
  { op: 'enqueue', key: `k${id}`, agent: 'a', priority },
  { op: 'enqueued', key: `k${id}`, id },
];
const hand = (call: number, ...messages: [id: number, marked?: boolean, priority?: number][]): Entry[] => [
  { op: 'ask', call, agent: 'a' },
  {
    op: 'handed',
    call,
    agent: 'a',
    messages: messages.map(([id, marked = false, priority = 0]) => ({ id, key: `k${id}`, priority, marked })),
  },
];
const stored = (id: number, more: { state?: string; agent?: string; key?: string } = {}): Entry => ({
  op: 'stored',
  id,
  key: `k${id}`,
  agent: 'a',
  state: 'delivered',
  reason: null,
  ...more,
});

type Breach = 'lost' | 'unexpected' | 'disordered' | 'repeated';

function breachesOf(...ledger: (Entry | Entry[])[]): Partial<Record<Breach, number>> {
  const verdict: Verdict = judgeLedger(ledger.flat());
  const counts = (['lost', 'unexpected', 'disordered', 'repeated'] as const)
    .map((breach) => [breach, verdict[breach].length] as const)
    .filter(([, count]) => count > 0);
  return Object.fromEntries(counts);
}

it('finds nothing wrong where all came out in order, once or marked, and where an enqueue was never answered', () => {
  const inDoubt: Entry = { op: 'enqueue', key: 'k3', agent: 'a', priority: 0 };
  const ledger = [
    ...send(1),
    ...send(2),
    inDoubt,
    ...hand(1, [1]),
    ...hand(2, [1, true], [2]),
    { op: 'seen', id: 1 } as const,
    ...hand(3, [3]),
    stored(1),
    stored(2),
    stored(3),
  ];
  assert.deepEqual(breachesOf(ledger), {});
  const { enqueued, handedOut, duplicates } = judgeLedger(ledger);
  assert.deepEqual([enqueued, handedOut, duplicates], [2, 3, 1]);
});

it('finds a message that is gone, one that nobody was given, and one that still waits', () => {
  assert.deepEqual(breachesOf(send(1)), { lost: 1 });
  assert.deepEqual(breachesOf(send(1), stored(1)), { lost: 1 });
  assert.deepEqual(breachesOf(send(1), hand(1, [1]), stored(1, { state: 'leased' })), { lost: 1 });
});

it('takes a dead message for lost unless it says why', () => {
  const dead = stored(1, { state: 'dead' });
  assert.deepEqual(breachesOf(send(1), dead), { lost: 1 });
  assert.deepEqual(breachesOf(send(1), { ...dead, reason: 'failures spent' } as Entry), {});
});

it('finds what nobody sent: another agent, another text, a key stored twice', () => {
  assert.deepEqual(breachesOf(send(1), hand(1, [1]), stored(1, { agent: 'b' })), { unexpected: 2 });
  assert.deepEqual(breachesOf(send(1), hand(1, [1]), stored(1), hand(2, [9]), stored(9)), { unexpected: 1 });
  assert.deepEqual(breachesOf(send(1), hand(1, [2]), stored(1), stored(2, { key: 'k1' })), {
    lost: 1,
    unexpected: 2,
  });
});

it('finds a message that was overtaken, within one answer and over several', () => {
  const sent = [...send(1), ...send(2), ...send(3, 10)];
  const kept = [stored(1), stored(2), stored(3)];
  assert.deepEqual(breachesOf(sent, hand(1, [2], [1], [3, false, 10]), kept), { disordered: 2 });
  assert.deepEqual(breachesOf(sent, hand(1, [3, false, 10]), hand(2, [2]), hand(3, [1]), kept), {
    disordered: 1,
  });
  assert.deepEqual(breachesOf(sent, hand(1, [1]), hand(2, [3, false, 10], [2]), kept), { disordered: 1 });
});

it('calls it no overtaking where the message came while the other was asked for, or came back', () => {
  const [ask = [], answer = []] = hand(1, [1]).map((entry) => [entry]);
  const late = [...send(1), ...ask, ...send(2, 10), ...answer, ...hand(2, [2, false, 10])];
  assert.deepEqual(breachesOf(late, stored(1), stored(2)), {});
  const back = [...send(1), ...send(2), ...hand(1, [2]), ...hand(2, [1, true])];
  assert.deepEqual(breachesOf(back, stored(1), stored(2)), {});
});

it('finds a message that came again without a mark, or after it was answered as seen', () => {
  assert.deepEqual(breachesOf(send(1), hand(1, [1]), hand(2, [1]), stored(1)), { repeated: 1 });
  const seen: Entry = { op: 'seen', id: 1 };
  assert.deepEqual(breachesOf(send(1), hand(1, [1]), seen, hand(2, [1, true]), stored(1)), { repeated: 1 });
});
