/** Request and reply of every call. Objects are closed: a field that nobody knows is an error, not a wish. */
import Type, { type Static } from 'typebox';
import { statusSchema } from './status-schema.ts';
import type { CallName } from './calls.ts';
import {
  closed,
  id,
  address,
  name,
  atMs,
  durationMs,
  leaseToken,
  state,
  wake,
  scope,
  dependencyPolicy,
  orNull,
} from './fields.ts';
import { EXPORT_SCHEMAS } from './export-schemas.ts';
import { RECEIPTS, type ReceiptKind } from './message.ts';
import { NewMessage } from './new-message.ts';
import { RESTART_SCHEMAS } from './restart-schemas.ts';
import { SCHEDULE_SCHEMAS } from './schedule-schemas.ts';
import { BACKUP_SCHEMAS } from './backup-schemas.ts';
import { MAINTENANCE_SCHEMAS } from './maintenance-schemas.ts';
import { AGENT_SCHEMAS } from './agent-schemas.ts';
import { whySchemas } from './why-schema.ts';
import { STATS_SCHEMAS } from './stats-schemas.ts';

export const Enqueued = Type.Object({
  id,
  agent: name,
  state,
  created: Type.Boolean({ description: 'false: the idempotency key had stored it before' }),
  agentKnown: Type.Boolean(),
  nearest: Type.Optional(name),
  messages: Type.Optional(
    Type.Array(Type.Object({ id, agent: name, state }), {
      description: 'to @project: one for each of its agents; id and state are those of the first',
    }),
  ),
});

export const Receipt = Type.Object({
  kind: Type.Unsafe<ReceiptKind>(Type.Enum([...RECEIPTS])),
  atMs,
  session: orNull(Type.String()),
  event: orNull(Type.String()),
  byReference: Type.Optional(Type.Boolean({ description: 'what was printed named a file' })),
});

export const Waiting = Type.Object({ reason: Type.String(), sinceMs: atMs, nextTryMs: orNull(atMs) });

export const Lease = Type.Object({
  token: leaseToken,
  sinceMs: atMs,
  untilMs: orNull(atMs),
  session: orNull(Type.String()),
  event: orNull(Type.String()),
  injected: Type.Boolean({ description: 'the client confirmed that it printed the message' }),
  partsLeft: orNull(
    Type.Integer({ description: 'of a message given in parts: how many have not been given' }),
  ),
});

export const Message = Type.Object({
  id,
  agent: name,
  state,
  priority: Type.Integer(),
  sequence: Type.Integer(),
  from: orNull(Type.String()),
  project: orNull(Type.String()),
  scope,
  after: Type.Array(id, { description: 'messages that it waits or waited for' }),
  onDependencyFailure: orNull(dependencyPolicy),
  dependencyUntilMs: orNull(atMs),
  threadId: orNull(Type.String()),
  replyTo: orNull(id),
  idempotencyKey: orNull(Type.String()),
  wake,
  text: Type.String(),
  attempts: Type.Integer(),
  failures: Type.Integer(),
  open: Type.Boolean({
    description: 'delivered, and neither acked, done nor past the end of the turn that saw it',
  }),
  enqueuedAtMs: atMs,
  readyAtMs: atMs,
  expiresAtMs: orNull(atMs),
  endedAtMs: orNull(atMs),
  reason: orNull(
    Type.String({ description: 'why it is dead or cancelled; unproven: typed, and nothing proves it seen' }),
  ),
  lease: orNull(Lease),
  waiting: orNull(Waiting),
  hops: Type.Optional(Type.Integer({ description: 'how many messages led to it, where that is counted' })),
  held: Type.Optional(Type.String({ description: 'why it is held back, where release lets it go' })),
});

export const ShownMessage = Type.Interface([Message], { receipts: Type.Array(Receipt) });

export const LeasedMessage = Type.Object({
  id,
  leaseToken,
  agent: name,
  text: Type.String(),
  priority: Type.Integer(),
  from: orNull(Type.String()),
  project: orNull(Type.String()),
  threadId: orNull(Type.String()),
  replyTo: orNull(id),
  attempts: Type.Integer(),
  enqueuedAtMs: atMs,
  mayHaveBeenSeen: Type.Boolean(),
  leaseUntilMs: atMs,
});

export const Counts = Type.Object({
  ready: Type.Integer(),
  scheduled: Type.Integer(),
  blocked: Type.Integer(),
  leased: Type.Integer(),
  delivered: Type.Integer(),
  dead: Type.Integer(),
  cancelled: Type.Integer(),
});

export const Agent = Type.Object({
  id: name,
  project: orNull(Type.String()),
  state: Type.String({
    description: 'idle, busy, compacting, failed, needs_human, no hooks, offline or unknown',
  }),
  conditions: Type.Optional(
    Type.Array(Type.String(), {
      description: 'besides its state: paused, held: WHY, restarting, hung, pane gone, hooks outdated',
    }),
  ),
  remedy: Type.Optional(Type.String({ description: 'what would help, where a person has to' })),
  mode: Type.String(),
  session: orNull(Type.String({ description: "the bound session's id" })),
  pid: orNull(Type.Integer()),
  clientVersion: orNull(Type.String()),
  tmux: orNull(Type.String({ description: 'socket of the tmux server' })),
  pane: orNull(Type.String()),
  addresses: Type.Array(Type.String()),
  folder: Type.Optional(orNull(Type.String({ description: 'where its session began' }))),
  waiter: Type.Boolean({ description: 'a waiter of its session is parked: it can be woken' }),
  guests: Type.Integer({ description: 'other living sessions in its pane or worktree' }),
  restarts: Type.Integer({ description: 'times that it was started again, as far as rows are kept' }),
  ready: Type.Integer(),
  leased: Type.Integer(),
  open: Type.Integer(),
  lastEvent: orNull(Type.String()),
  lastSeenMs: orNull(atMs),
  waiting: orNull(Waiting),
});

const Moved = Type.Object({ id, agent: name, state });
const reasonStart = Type.String({
  minLength: 1,
  maxLength: 1000,
  description: 'how the reason of the death begins',
});
const deadChoice = Type.Object(
  {
    ids: Type.Optional(Type.Array(id, { minItems: 1, maxItems: 1000 })),
    agent: Type.Optional(address),
    reason: Type.Optional(reasonStart),
  },
  closed,
);
const movedDead = Type.Object({
  moved: Type.Array(Moved),
  more: Type.Boolean({ description: 'there are more like these: ask again' }),
});
const empty = Type.Object({}, closed);
const visibilityMs = Type.Integer({ minimum: 1000, maximum: 86_400_000 });
const byHolder = { id, leaseToken: Type.Optional(leaseToken) };

/** Name → request and reply. */
export const SCHEMAS = {
  enqueue: {
    request: Type.Union([NewMessage, Type.Array(NewMessage, { minItems: 1, maxItems: 1000 })]),
    reply: Type.Union([Enqueued, Type.Array(Enqueued)]),
  },
  list: {
    request: Type.Object(
      {
        agent: Type.Optional(address),
        state: Type.Optional(state),
        open: Type.Optional(Type.Boolean()),
        threadId: Type.Optional(name),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
        beforeId: Type.Optional(id),
      },
      closed,
    ),
    reply: Type.Object({ messages: Type.Array(Message) }),
  },
  show: { request: Type.Object({ id }, closed), reply: ShownMessage },
  dequeue: {
    request: Type.Object(
      {
        agent: address,
        max: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
        visibilityMs: Type.Optional(visibilityMs),
        waitMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 3_600_000 })),
        requestId: Type.Optional(name),
        ack: Type.Optional(
          Type.Array(Type.Object({ id, leaseToken }, closed), {
            maxItems: 1000,
            description: 'leases that end as seen in the same transaction',
          }),
        ),
      },
      closed,
    ),
    reply: Type.Object({ messages: Type.Array(LeasedMessage) }),
  },
  ack: { request: Type.Object(byHolder, closed), reply: Moved },
  requeue: {
    request: Type.Object(
      {
        ...byHolder,
        delayMs: Type.Optional(durationMs),
        error: Type.Optional(
          Type.String({ maxLength: 1000, description: 'why it failed; counts as a failure' }),
        ),
      },
      closed,
    ),
    reply: Moved,
  },
  extend: {
    request: Type.Object({ ...byHolder, visibilityMs: Type.Optional(visibilityMs) }, closed),
    reply: Type.Interface([Moved], { leaseToken, leaseUntilMs: atMs }),
  },
  cancel: { request: Type.Object({ id, force: Type.Optional(Type.Boolean()) }, closed), reply: Moved },
  deadList: {
    request: Type.Object(
      {
        agent: Type.Optional(address),
        reason: Type.Optional(reasonStart),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
        beforeId: Type.Optional(id),
      },
      closed,
    ),
    reply: Type.Object({ messages: Type.Array(Message) }),
  },
  deadRedrive: { request: deadChoice, reply: movedDead },
  deadDrop: { request: deadChoice, reply: movedDead },
  done: { request: Type.Object({ id }, closed), reply: Moved },
  release: { request: Type.Object({ id }, closed), reply: Moved },
  ...SCHEDULE_SCHEMAS,
  ...whySchemas(Agent, Waiting),
  ...EXPORT_SCHEMAS,
  ...STATS_SCHEMAS,
  ...AGENT_SCHEMAS,
  ...BACKUP_SCHEMAS,
  ...MAINTENANCE_SCHEMAS,
  ...RESTART_SCHEMAS,
  agents: { request: empty, reply: Type.Object({ agents: Type.Array(Agent) }) },
  counts: { request: Type.Object({ agent: Type.Optional(address) }, closed), reply: Counts },
  status: statusSchema(Counts),
  health: { request: empty, reply: Type.Object({ ok: Type.Boolean(), writerMs: Type.Number() }) },
  ready: { request: empty, reply: Type.Object({ ready: Type.Boolean() }) },
  ping: { request: empty, reply: Type.Object({ ok: Type.Boolean() }) },
  openapi: { request: empty, reply: Type.Record(Type.String(), Type.Unknown()) },
} as const satisfies Record<CallName, { request: Type.TSchema; reply: Type.TSchema }>;

export type RequestOf<Name extends CallName> = Static<(typeof SCHEMAS)[Name]['request']>;
export type ReplyOf<Name extends CallName> = Static<(typeof SCHEMAS)[Name]['reply']>;
export type Enqueued = Static<typeof Enqueued>;
export type Receipt = Static<typeof Receipt>;
export type Waiting = Static<typeof Waiting>;
export type Message = Static<typeof Message>;
export type ShownMessage = Static<typeof ShownMessage>;
export type LeasedMessage = Static<typeof LeasedMessage>;
export type Counts = Static<typeof Counts>;
export type Agent = Static<typeof Agent>;
