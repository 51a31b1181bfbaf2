/** Where stories are told: what can happen there, and how often. In the wide one everything meets everything; the narrow ones dwell on one capability each. */
import type { Step, StepOf } from './steps.ts';

type Weights = Readonly<Record<Step['verb'], number>>;

/** A whole life of messages takes many events of one client, so that those come most. */
const EVERYTHING: Weights = {
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
  release: 1,
  caps: 1,
  done: 1,
  die: 1,
  pass: 2,
  step: 1,
  promote: 3,
  prune: 1,
  restart: 1,
};

/** What can be brought about where the steps are played. */
export interface World {
  readonly delaysMs: readonly number[];
  readonly timesToLiveMs: readonly number[];
  readonly visibilitiesMs: readonly number[];
  /** How long messages may wait for others. */
  readonly waitsMs: readonly number[];
  readonly quirks: readonly NonNullable<StepOf<'event'>['quirk']>[];
  /** Indices of CLIENTS. */
  readonly clients: readonly number[];
  /** Whether a consumer may report a failure, which keeps the message back for a time. */
  readonly errors: boolean;
  /** How often a step comes among the others. */
  readonly weights: Weights;
  /** Lengths of texts; up to 6 of them fit into a hook, 9 take two parts, 14 three. */
  readonly slots: readonly number[];
  /** How many letters of ten have an idempotency key, and nothing special besides, and how many of the others wait for messages. */
  readonly keyed: number;
  readonly tied: number;
}

/** The port with a clock of the test's: everything. */
export const PORT_WORLD: World = {
  delaysMs: [0, 1_000, 60_000],
  timesToLiveMs: [1_000, 60_000, 3_600_000],
  visibilitiesMs: [1_000, 60_000, 300_000],
  waitsMs: [1_000, 60_000],
  quirks: ['subagent', 'bell', 'late', 'compacted', 'boundIsGone'],
  clients: [0, 0, 0, 0, 0, 1, 2, 3, 4],
  errors: true,
  weights: EVERYTHING,
  slots: [1, 1, 1, 1, 1, 1, 2, 2, 4, 9, 14],
  keyed: 5,
  tied: 5,
};

/** Whose turn it is: many wait for many, and end in every way. */
export const ORDER_WORLD: World = {
  ...PORT_WORLD,
  weights: { ...EVERYTHING, enqueue: 14, event: 8, ack: 6, cancel: 3, redrive: 2, caps: 0, release: 0 },
  slots: [1],
  keyed: 1,
  tied: 7,
};

/** Small caps, and somebody who lets go. */
export const FLOOD_WORLD: World = {
  ...PORT_WORLD,
  weights: { ...EVERYTHING, enqueue: 14, event: 14, caps: 4, release: 5, redrive: 4, pass: 5, promote: 6 },
  slots: [1],
  keyed: 1,
  tied: 2,
};

/** What has ended is forgotten soon. */
export const RETENTION_WORLD: World = {
  ...PORT_WORLD,
  weights: {
    ...EVERYTHING,
    enqueue: 12,
    event: 10,
    ack: 6,
    cancel: 4,
    prune: 8,
    pass: 5,
    caps: 0,
    release: 0,
  },
  slots: [1],
  keyed: 4,
  tied: 6,
};

/** Long texts and compactions, in the hooks of one agent. */
export const PARTS_WORLD: World = {
  ...PORT_WORLD,
  weights: {
    ...EVERYTHING,
    enqueue: 5,
    event: 40,
    answer: 4,
    restart: 2,
    die: 3,
    caps: 0,
    release: 0,
    prune: 0,
  },
  slots: [1, 2, 9, 9, 14],
  quirks: [...PORT_WORLD.quirks, 'compacted', 'compacted', 'compacted'],
  clients: [0, 0, 0, 0, 1, 2],
  keyed: 1,
  tied: 1,
};
