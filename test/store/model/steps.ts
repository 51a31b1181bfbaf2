/** Random steps as data: what may happen to a queue, with words for messages and clients that fit whatever is there when a step runs. */
import * as fc from 'fast-check';
import type { HookEventName } from '../../../src/protocol/agent.ts';

/** Agents that were seen, and one that nobody knows. */
export const KNOWN = ['a', 'b'] as const;
const AGENTS = [...KNOWN, 'nobody yet'] as const;

/** A share of what a hook may print, in UTF-16 units: texts fill their slots but for the lines around them. */
export const SLOT_UNITS = 1_300;
const ROOM_FOR_LINES = 250;

/** Clients by name. Those of one process number share a process: one is the other after a clear. */
export const CLIENTS = [
  { agent: 'a', session: 's1', process: 0, mayBind: true },
  { agent: 'a', session: 's2', process: 0, mayBind: true },
  { agent: 'a', session: 's1', process: 1, mayBind: true },
  { agent: 'a', session: 's3', process: 2, mayBind: false },
  { agent: 'b', session: 's4', process: 3, mayBind: true },
] as const;

/** A letter before it is known which messages are there. */
export interface Draft {
  readonly agent: string;
  readonly slots: number;
  readonly more: {
    readonly priority?: number;
    readonly delayMs?: number;
    readonly ttlMs?: number;
    readonly from?: string;
  };
  readonly key: string | undefined;
  readonly replyTo: number | undefined;
}

export type TokenWord = 'none' | 'current' | 'stale';

/** How the client goes on after an answer: it prints, its connection ends, or nothing is heard of it yet. */
export type After = 'printed' | 'lost' | 'silent';

export type Step =
  | { readonly verb: 'enqueue'; readonly drafts: readonly Draft[] }
  | {
      readonly verb: 'dequeue';
      readonly agent: string;
      readonly max: number;
      readonly visibilityMs: number;
      readonly requestId: string | undefined;
      readonly ack: readonly { readonly pick: number; readonly token: TokenWord }[];
    }
  | {
      readonly verb: 'event';
      readonly client: number;
      readonly event: HookEventName;
      readonly newPrompt: boolean;
      readonly quirk: 'subagent' | 'bell' | 'late' | 'compacted' | 'boundIsGone' | undefined;
      /** How much of messages may be printed; UTF-16 units. */
      readonly units: number;
      readonly after: After;
    }
  | { readonly verb: 'answer'; readonly pick: number; readonly isPrinted: boolean }
  | { readonly verb: 'ack'; readonly pick: number; readonly token: TokenWord }
  | {
      readonly verb: 'requeue';
      readonly pick: number;
      readonly token: TokenWord;
      readonly more: { readonly delayMs?: number; readonly error?: string };
    }
  | {
      readonly verb: 'extend';
      readonly pick: number;
      readonly token: TokenWord;
      readonly visibilityMs: number;
    }
  | { readonly verb: 'redrive'; readonly pick: number }
  | { readonly verb: 'drop'; readonly pick: number }
  | { readonly verb: 'cancel'; readonly pick: number; readonly force: boolean }
  | { readonly verb: 'done'; readonly pick: number }
  | { readonly verb: 'die'; readonly process: number }
  | { readonly verb: 'pass'; readonly ms: number }
  | { readonly verb: 'step'; readonly ms: number }
  | { readonly verb: 'promote' }
  | { readonly verb: 'restart' };

export type StepOf<Verb extends Step['verb']> = Extract<Step, { verb: Verb }>;

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 });
const pick = fc.nat(50);
const token = fc.constantFrom<TokenWord>('none', 'current', 'current', 'stale');
const agent = fc.oneof(
  { weight: 6, arbitrary: fc.constant('a') },
  { weight: 4, arbitrary: fc.constantFrom(...AGENTS) },
);

/** What can be brought about where the steps are played. */
export interface World {
  /** The clock stands still until it is moved, and sweeps come when they are told to. */
  readonly movesTime: boolean;
  readonly delaysMs: readonly number[];
  readonly timesToLiveMs: readonly number[];
  readonly visibilitiesMs: readonly number[];
  /** What a hook may print of messages; UTF-16 units. */
  readonly units: readonly number[];
  readonly quirks: readonly NonNullable<StepOf<'event'>['quirk']>[];
  /** Indices of CLIENTS. */
  readonly clients: readonly number[];
  /** Whether a consumer may report a failure, which keeps the message back for a time. */
  readonly errors: boolean;
  /** How many restarts among some fifty steps. */
  readonly restarts: number;
}

/** The port with a clock of the test's: everything. */
export const PORT_WORLD: World = {
  movesTime: true,
  delaysMs: [0, 1_000, 60_000],
  timesToLiveMs: [1_000, 60_000, 3_600_000],
  visibilitiesMs: [1_000, 60_000, 300_000],
  // No message is longer than four slots, so that none is given in parts.
  units: [4, 5, 6].map((slots) => slots * SLOT_UNITS),
  quirks: ['subagent', 'bell', 'late', 'compacted', 'boundIsGone'],
  clients: [0, 0, 0, 0, 0, 1, 2, 3, 4],
  errors: true,
  restarts: 1,
};

const some = <T>(values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

function draftIn({ delaysMs, timesToLiveMs }: World): fc.Arbitrary<Draft> {
  const times = {
    ...(delaysMs.length > 0 && { delayMs: some(delaysMs) }),
    ...(timesToLiveMs.length > 0 && { ttlMs: some(timesToLiveMs) }),
  };
  const words = { priority: fc.constantFrom(-1, 10, 100), from: fc.constantFrom('a', 'b', 'somebody') };
  return fc.record({
    agent,
    slots: fc.constantFrom(1, 1, 1, 2, 4),
    more: fc.record({ ...words, ...times }, { requiredKeys: [] }),
    key: optional(fc.constantFrom('k1', 'k2', 'k3')),
    replyTo: optional(pick),
  });
}

const event = fc.constantFrom<HookEventName>(
  ...(['SessionStart', 'UserPromptSubmit', 'UserPromptSubmit', 'PostToolBatch', 'PostToolBatch'] as const),
  ...(['PostToolBatch', 'Stop', 'Stop', 'StopFailure', 'PermissionRequest', 'PreCompact'] as const),
  ...(['PostCompact', 'SessionEnd'] as const),
);

const stepsIn = (world: World) =>
  ({
    enqueue: fc.record({
      verb: fc.constant('enqueue'),
      drafts: fc.oneof(fc.tuple(draftIn(world)), fc.array(draftIn(world), { minLength: 1, maxLength: 4 })),
    }),
    dequeue: fc.record({
      verb: fc.constant('dequeue'),
      agent,
      max: fc.integer({ min: 1, max: 3 }),
      visibilityMs: some(world.visibilitiesMs),
      requestId: optional(fc.constantFrom('r1', 'r2')),
      ack: fc.array(fc.record({ pick, token: fc.constantFrom('current', 'current', 'stale') }), {
        maxLength: 2,
      }),
    }),
    event: fc.record({
      verb: fc.constant('event'),
      client: some(world.clients),
      event,
      newPrompt: fc.boolean(),
      quirk: fc.option(some(world.quirks), {
        nil: undefined,
        freq: 4,
      }),
      units: some(world.units),
      after: fc.constantFrom<After>('printed', 'printed', 'printed', 'lost', 'silent'),
    }),
    answer: fc.record({ verb: fc.constant('answer'), pick, isPrinted: fc.boolean() }),
    ack: fc.record({ verb: fc.constant('ack'), pick, token }),
    requeue: fc.record({
      verb: fc.constant('requeue'),
      pick,
      token,
      more: fc.record(
        {
          ...(world.delaysMs.length > 0 && { delayMs: some(world.delaysMs) }),
          ...(world.errors && { error: fc.constant('it failed') }),
        },
        { requiredKeys: [] },
      ),
    }),
    extend: fc.record({ verb: fc.constant('extend'), pick, token, visibilityMs: some(world.visibilitiesMs) }),
    redrive: fc.record({ verb: fc.constant('redrive'), pick }),
    drop: fc.record({ verb: fc.constant('drop'), pick }),
    cancel: fc.record({ verb: fc.constant('cancel'), pick, force: fc.boolean() }),
    done: fc.record({ verb: fc.constant('done'), pick }),
    die: fc.record({ verb: fc.constant('die'), process: fc.nat(3) }),
    pass: fc.record({
      verb: fc.constant('pass'),
      ms: fc.constantFrom(1, 1_000, 61_000, 86_400_000),
    }),
    step: fc.record({
      verb: fc.constant('step'),
      ms: fc.constantFrom(5_000, 86_400_000, -86_400_000),
    }),
    promote: fc.record({ verb: fc.constant('promote') }),
    restart: fc.record({ verb: fc.constant('restart') }),
  }) satisfies { [Verb in Step['verb']]: fc.Arbitrary<StepOf<Verb>> };

/** A whole life of messages takes many events of one client, so that those come most. */
const WEIGHTS: Readonly<Record<Exclude<Step['verb'], 'restart'>, number>> = {
  enqueue: 8,
  dequeue: 5,
  event: 24,
  answer: 2,
  ack: 2,
  requeue: 3,
  extend: 1,
  redrive: 1,
  drop: 1,
  cancel: 1,
  done: 1,
  die: 1,
  pass: 2,
  step: 1,
  promote: 3,
};

export function steps(world: World): fc.Arbitrary<Step>[] {
  const weights: Readonly<Record<string, number>> = { ...WEIGHTS, restart: world.restarts };
  return Object.entries<fc.Arbitrary<Step>>(stepsIn(world))
    .filter(([verb]) => world.movesTime || !['pass', 'step', 'promote'].includes(verb))
    .flatMap(([verb, arbitrary]) => Array.from({ length: weights[verb] ?? 0 }, () => arbitrary));
}

/** A text that fills its slots; `mark` tells it from others. */
export function textOf(slots: number, mark: string): string {
  return mark.padEnd(slots * SLOT_UNITS - ROOM_FOR_LINES, '.');
}
