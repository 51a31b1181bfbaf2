/** Random steps as data: what may happen to a queue, with words for messages and clients that fit whatever is there when a step runs. */
import * as fc from 'fast-check';
import type { HookEventName } from '../../../src/protocol/agent.ts';
import { HEADING_ROOM, INJECTION_CAP } from '../../../src/queue/fence.ts';
import type { Caps } from './reference-state.ts';
import { agent, draftIn, optional, pick, some, type Draft } from './drafts.ts';
import type { World } from './worlds.ts';

/** What a hook may print of messages; UTF-16 units. */
export const UNITS = INJECTION_CAP - HEADING_ROOM;

/** Clients by name. Those of one process number share a process: one is the other after a clear. */
export const CLIENTS = [
  { agent: 'a', session: 's1', process: 0, mayBind: true },
  { agent: 'a', session: 's2', process: 0, mayBind: true },
  { agent: 'a', session: 's1', process: 1, mayBind: true },
  { agent: 'a', session: 's3', process: 2, mayBind: false },
  { agent: 'b', session: 's4', process: 3, mayBind: true },
] as const;

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
  | { readonly verb: 'release'; readonly pick: number }
  | { readonly verb: 'caps'; readonly caps: Caps }
  | { readonly verb: 'cancel'; readonly pick: number; readonly force: boolean }
  | { readonly verb: 'done'; readonly pick: number }
  | { readonly verb: 'die'; readonly process: number }
  | { readonly verb: 'pass'; readonly ms: number }
  | { readonly verb: 'step'; readonly ms: number }
  | { readonly verb: 'promote' }
  | { readonly verb: 'prune' }
  | { readonly verb: 'restart' };

export type StepOf<Verb extends Step['verb']> = Extract<Step, { verb: Verb }>;

const token = fc.constantFrom<TokenWord>('none', 'current', 'current', 'stale');

const event = fc.constantFrom<HookEventName>(
  ...(['SessionStart', 'UserPromptSubmit', 'UserPromptSubmit', 'PostToolBatch', 'PostToolBatch'] as const),
  ...(['PostToolBatch', 'Stop', 'Stop', 'StopFailure', 'PermissionRequest', 'PreCompact'] as const),
  ...(['PostCompact', 'SessionEnd'] as const),
);

/** Switched on and off: what a changed rate makes of those that came before is not said anywhere. */
const caps: fc.Arbitrary<Caps> = fc.record({
  pairPerMinute: fc.constantFrom(0, 2),
  agentPerMinute: fc.constantFrom(0, 0, 3),
  maxHops: fc.constantFrom(0, 1),
});

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
    release: fc.record({ verb: fc.constant('release'), pick }),
    caps: fc.record({ verb: fc.constant('caps'), caps }),
    cancel: fc.record({ verb: fc.constant('cancel'), pick, force: fc.boolean() }),
    done: fc.record({ verb: fc.constant('done'), pick }),
    die: fc.record({ verb: fc.constant('die'), process: fc.nat(3) }),
    pass: fc.record({
      verb: fc.constant('pass'),
      ms: fc.constantFrom(1, 1_000, 20_000, 61_000, 86_400_000, 8 * 86_400_000),
    }),
    step: fc.record({
      verb: fc.constant('step'),
      ms: fc.constantFrom(5_000, 86_400_000, -86_400_000),
    }),
    promote: fc.record({ verb: fc.constant('promote') }),
    prune: fc.record({ verb: fc.constant('prune') }),
    restart: fc.record({ verb: fc.constant('restart') }),
  }) satisfies { [Verb in Step['verb']]: fc.Arbitrary<StepOf<Verb>> };

export function steps(world: World): fc.Arbitrary<Step>[] {
  const { weights }: { weights: Readonly<Record<string, number>> } = world;
  return Object.entries<fc.Arbitrary<Step>>(stepsIn(world)).flatMap(([verb, arbitrary]) =>
    Array.from({ length: weights[verb] ?? 0 }, () => arbitrary),
  );
}
