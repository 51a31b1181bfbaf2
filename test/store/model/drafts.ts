/** Random letters, before it is known which messages are there when they are sent. */
import * as fc from 'fast-check';
import type { DependencyPolicy, Scope } from '../../../src/protocol/message.ts';
import type { Letter } from './reference-enqueue.ts';
import type { Queue } from './reference-state.ts';
import type { World } from './worlds.ts';

/** Agents that were seen, and one that nobody knows. */
export const KNOWN = ['a', 'b'] as const;
const AGENTS = [...KNOWN, 'nobody yet'] as const;

/** A share of what a hook may print, in UTF-16 units: texts fill their slots but for the lines around them. */
const SLOT_UNITS = 1_300;
const ROOM_FOR_LINES = 250;

export interface Draft {
  readonly agent: string;
  /** Up to 6 fit into a hook; 9 take two parts, 14 three. */
  readonly slots: number;
  readonly more: Pick<Letter, 'priority' | 'delayMs' | 'ttlMs' | 'from' | 'scope' | 'project'>;
  readonly key: string | undefined;
  readonly replyTo: number | undefined;
  readonly ties: Ties | undefined;
}

/** What it is to wait for: messages that are there, one that never was, and positions of its batch. */
interface Ties {
  readonly picks: readonly number[];
  readonly unknown: boolean;
  readonly indexes: readonly number[];
  readonly more: Pick<Letter, 'onDependencyFailure' | 'dependencyTimeoutMs'>;
}

/** Where nothing has it as its id. */
const UNKNOWN_ID = 999_999;

export const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 });
const ofTen = <T>(weight: number, value: fc.Arbitrary<T>) =>
  fc.oneof({ weight, arbitrary: value }, { weight: 10 - weight, arbitrary: fc.constant(undefined) });
export const some = <T>(values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
export const pick = fc.nat(50);
export const agent = fc.oneof(
  { weight: 6, arbitrary: fc.constant('a') },
  { weight: 4, arbitrary: fc.constantFrom(...AGENTS) },
);

export function draftIn({
  delaysMs,
  timesToLiveMs,
  waitsMs,
  slots,
  keyed,
  tied,
}: World): fc.Arbitrary<Draft> {
  const times = {
    ...(delaysMs.length > 0 && { delayMs: some(delaysMs) }),
    ...(timesToLiveMs.length > 0 && { ttlMs: some(timesToLiveMs) }),
  };
  const words = {
    priority: fc.constantFrom(-1, 10, 100),
    from: fc.constantFrom('a', 'b', 'somebody'),
    project: fc.constantFrom('p', 'p', 'q'),
    scope: fc.constantFrom<Scope>('agent', 'agent', 'agent', 'project', 'global'),
  };
  const ties = fc.record({
    picks: fc.array(pick, { maxLength: 2 }),
    unknown: fc.constantFrom(...Array.from({ length: 11 }, () => false), true),
    indexes: fc.array(fc.nat(3), { maxLength: 1 }),
    more: fc.record(
      {
        onDependencyFailure: fc.constantFrom<DependencyPolicy>('fail', 'release', 'wait'),
        ...(waitsMs.length > 0 && { dependencyTimeoutMs: some(waitsMs) }),
      },
      { requiredKeys: [] },
    ),
  });
  return fc.record({
    agent,
    slots: some(slots),
    more: fc.record({ ...words, ...times }, { requiredKeys: [] }),
    key: ofTen(keyed, fc.constantFrom('k1', 'k2', 'k3')),
    replyTo: optional(pick),
    ties: ofTen(tied, ties),
  });
}

/** `pick` among `all`; undefined where there is nothing. */
export const picked = <T>(all: readonly T[], pick: number): T | undefined =>
  all[pick % Math.max(1, all.length)];

export function letterOf(queue: Queue, { agent, slots, more, key, replyTo, ties }: Draft): Letter {
  // A key stands for one body: two of its three letters are the same, the third conflicts.
  if (key !== undefined) return { agent, text: textOf(1, slots === 4 ? 'other' : key), idempotencyKey: key };
  const question = replyTo === undefined ? undefined : picked(queue.mail, replyTo);
  return {
    agent,
    text: textOf(slots, 'text'),
    ...more,
    ...(question && { replyTo: question.id }),
    ...(ties && after(queue, ties)),
  };
}

function after(queue: Queue, { picks, unknown, indexes, more }: Ties): Partial<Letter> {
  const known = [...queue.mail, ...queue.tombstones];
  const ids = picks.flatMap((each) => picked(known, each)?.id ?? []);
  const named = [...ids, ...(unknown ? [UNKNOWN_ID] : [])].map((id) => ({ id }));
  return { after: [...named, ...indexes.map((index) => ({ index }))], ...more };
}

/** A text that fills its slots; `mark` tells it from others. */
function textOf(slots: number, mark: string): string {
  return mark.padEnd(slots * SLOT_UNITS - ROOM_FOR_LINES, '.');
}
