/** Random commands, compared after each with a model of lanes and dependencies that looks at every pair of messages. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { DependencyPolicy, MessageState, Scope } from '../../../src/protocol/message.ts';
import type { OpenStore } from './client.ts';

type Store = ReturnType<OpenStore>;

interface Modelled {
  readonly id: number;
  readonly agent: string;
  readonly scope: Scope;
  readonly priority: number;
  readonly policy: DependencyPolicy;
  readonly untilMs: number;
  readonly expiresAtMs: number;
  readonly awaits: Set<Modelled>;
  readyAtMs: number;
  state: MessageState;
}

interface Sending {
  readonly agent: string;
  readonly scope: Scope;
  readonly priority: number;
  readonly policy: DependencyPolicy;
  /** Picks among the messages there are. */
  readonly after: readonly number[];
  readonly delayMs: number;
  readonly ttlMs: number | undefined;
  readonly timeoutMs: number | undefined;
}

type Command =
  | { readonly kind: 'send'; readonly sending: Sending }
  | { readonly kind: 'ack' | 'cancel'; readonly pick: number }
  | { readonly kind: 'requeue'; readonly agent: string; readonly delayMs: number }
  | { readonly kind: 'move'; readonly ms: number };

const agent = fc.constantFrom('a', 'b');
const shortMs = fc.constantFrom(0, 0, 0, 10, 20);
const timeMs = fc.option(fc.constantFrom(10, 20, 30), { nil: undefined, freq: 2 });
const sending: fc.Arbitrary<Sending> = fc.record({
  agent,
  scope: fc.constantFrom<Scope>('agent', 'project', 'global', 'global'),
  priority: fc.constantFrom(0, 0, 5),
  policy: fc.constantFrom<DependencyPolicy>('fail', 'release', 'wait'),
  after: fc.array(fc.nat(), { maxLength: 2 }),
  delayMs: shortMs,
  ttlMs: timeMs,
  timeoutMs: timeMs,
});
const command: fc.Arbitrary<Command> = fc.oneof(
  { arbitrary: fc.record({ kind: fc.constant('send'), sending }), weight: 4 },
  { arbitrary: fc.record({ kind: fc.constantFrom('ack', 'cancel'), pick: fc.nat() }), weight: 3 },
  { arbitrary: fc.record({ kind: fc.constant('requeue'), agent, delayMs: shortMs }), weight: 2 },
  { arbitrary: fc.record({ kind: fc.constant('move'), ms: fc.constantFrom(5, 10, 20) }), weight: 2 },
);

const isOver = ({ state }: Modelled) => state === 'delivered' || state === 'dead' || state === 'cancelled';

/** Lets the model come to rest: dependencies first, then whose turn it is in the lanes. */
function rest(messages: readonly Modelled[], nowMs: number): void {
  const waiting = () => messages.filter(({ state }) => state === 'blocked');
  for (let before = ''; before !== stamp(messages);) {
    before = stamp(messages);
    for (const message of waiting())
      for (const other of message.awaits) {
        if (!isOver(other)) continue;
        if (other.state === 'delivered' || message.policy === 'release') message.awaits.delete(other);
        else if (message.policy === 'fail') message.state = 'dead';
      }
  }
  for (const message of waiting())
    if (message.awaits.size === 0 && message.readyAtMs > nowMs) message.state = 'scheduled';
  const standing = messages.filter(
    (message) => !isOver(message) && message.state !== 'scheduled' && message.awaits.size === 0,
  );
  const free = standing.filter(
    (message) =>
      message.scope === 'agent' ||
      !standing.some(
        (other) =>
          other.scope === message.scope && other.id < message.id && other.priority >= message.priority,
      ),
  );
  for (const message of free) if (message.state === 'blocked') message.state = 'ready';
}

function stamp(messages: readonly Modelled[]): string {
  return JSON.stringify(messages.map(({ id, state, awaits }) => [id, state, awaits.size]));
}

async function send(store: Store, messages: Modelled[], wish: Sending): Promise<void> {
  const { policy, delayMs, ttlMs, timeoutMs, ...rest_ } = wish;
  const nowMs = store.clock.nowMs();
  const others = wish.after.flatMap((pick) => messages[pick % Math.max(1, messages.length)] ?? []);
  const [stored] = await store.enqueue([
    {
      ...rest_,
      text: 'x',
      delayMs,
      project: 'p',
      after: others.map(({ id }) => ({ id })),
      onDependencyFailure: policy,
      ...(ttlMs !== undefined && { ttlMs }),
      ...(timeoutMs !== undefined && { dependencyTimeoutMs: timeoutMs }),
    },
  ]);
  const readyAtMs = nowMs + delayMs;
  messages.push({
    ...rest_,
    policy,
    id: stored?.id ?? 0,
    awaits: new Set(others),
    readyAtMs,
    untilMs: nowMs + (timeoutMs ?? Infinity),
    expiresAtMs: readyAtMs + (ttlMs ?? Infinity),
    state: delayMs > 0 && others.length === 0 ? 'scheduled' : 'blocked',
  });
  rest(messages, nowMs);
  assert.equal(stored?.state, messages.at(-1)?.state, 'the answer of the enqueue');
}

/** What time alone moves, in the order of the sweep: time to live, times that have come, timeouts. */
function sweep(messages: readonly Modelled[], nowMs: number): void {
  for (const message of messages.filter((each) => !isOver(each))) {
    if (message.expiresAtMs <= nowMs) message.state = 'dead';
    if (message.state === 'scheduled' && message.readyAtMs <= nowMs) message.state = 'blocked';
    if (message.state !== 'blocked' || message.awaits.size === 0 || message.untilMs > nowMs) continue;
    if (message.policy === 'release') message.awaits.clear();
    else message.state = 'dead';
  }
}

async function run(store: Store, messages: Modelled[], given: Command): Promise<void> {
  if (given.kind === 'send') return send(store, messages, given.sending);
  if (given.kind === 'move') {
    store.clock.move(given.ms);
    await store.promote();
    sweep(messages, store.clock.nowMs());
  } else if (given.kind === 'requeue') {
    const [leased] = await store.dequeue({ agent: given.agent });
    const message = messages.find(({ id }) => id === leased?.id);
    assert.equal(leased === undefined, message === undefined);
    if (!message) return;
    assert.equal(message.state, 'ready', 'only what is ready is handed out');
    await store.requeue({ id: message.id, delayMs: given.delayMs });
    message.readyAtMs = store.clock.nowMs() + given.delayMs;
    if (given.delayMs > 0) message.state = 'scheduled';
  } else {
    const living = messages.filter((message) => !isOver(message));
    const message = living[given.pick % Math.max(1, living.length)];
    if (!message) return;
    await store[given.kind]({ id: message.id });
    message.state = given.kind === 'ack' ? 'delivered' : 'cancelled';
  }
  rest(messages, store.clock.nowMs());
}

export function judgeOrderModel(openStore: OpenStore): void {
  test(
    'are after every command what a model that looks at every pair says',
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 30 }), async (commands) => {
          await using store = openStore();
          const messages: Modelled[] = [];
          for (const given of commands) {
            await run(store, messages, given);
            const found = await store.list({ limit: 1000 });
            assert.deepEqual(
              Object.fromEntries(found.map(({ id, state }) => [id, state])),
              Object.fromEntries(messages.map(({ id, state }) => [id, state])),
              JSON.stringify(given),
            );
          }
        }),
        { numRuns: 40 },
      );
    },
  );
}
