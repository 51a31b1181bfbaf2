/** Messages on their way from one database to another: the form of an export, and the calls that read and store it. */
import Type, { type Static } from 'typebox';
import { address, atMs, closed, dependencyPolicy, id, name, orNull, scope, state, wake } from './fields.ts';
import { NewSchedule } from './schedule-schemas.ts';
import { MAX_IMPORTED_RESTARTS, RESTART_CAUSES, type RestartCause } from './restart.ts';
import { MAX_FAILURES, MAX_PRIORITY, MIN_PRIORITY, RECEIPTS, type ReceiptKind } from './message.ts';

const count = Type.Integer({ minimum: 0 });
const optional = <T extends Type.TSchema>(schema: T) => Type.Optional(orNull(schema));

const ExportedReceipt = Type.Object(
  {
    kind: Type.Unsafe<Exclude<ReceiptKind, 'queued'>>(
      Type.Enum(RECEIPTS.filter((kind) => kind !== 'queued')),
    ),
    atMs,
    session: orNull(Type.String()),
    event: orNull(Type.String()),
  },
  closed,
);

/** The key under which a sender may send the message again. */
const ExportedKey = Type.Object(
  {
    address,
    key: name,
    fingerprint: Type.String({ minLength: 1, maxLength: 200 }),
    atMs,
    members: Type.Optional(Type.Array(id, { description: 'to @project: all messages that it stands for' })),
  },
  closed,
);

/** A message with all that is needed to store it elsewhere. Only `agent` and `text` must be there. */
export const ExportedMessage = Type.Object(
  {
    id: Type.Optional(Type.Union([id, name])),
    agent: address,
    text: Type.String({ minLength: 1 }),
    state: Type.Optional(state),
    priority: Type.Optional(Type.Integer({ minimum: MIN_PRIORITY, maximum: MAX_PRIORITY })),
    from: optional(name),
    project: optional(name),
    scope: Type.Optional(scope),
    after: Type.Optional(
      Type.Array(Type.Union([id, name]), { description: 'ids of this export that it still waits for' }),
    ),
    onDependencyFailure: optional(dependencyPolicy),
    dependencyUntilMs: optional(atMs),
    threadId: optional(name),
    replyTo: optional(id),
    wake: Type.Optional(wake),
    attempts: Type.Optional(count),
    failures: Type.Optional(Type.Integer({ minimum: 0, maximum: MAX_FAILURES })),
    enqueuedAtMs: Type.Optional(atMs),
    readyAtMs: Type.Optional(atMs),
    namesTime: Type.Optional(Type.Boolean({ description: 'its sender named that time' })),
    expiresAtMs: optional(atMs),
    endedAtMs: optional(atMs),
    reason: optional(Type.String()),
    hops: Type.Optional(count),
    held: optional(Type.String({ description: 'why it is held back' })),
    notice: Type.Optional(Type.Boolean({ description: "orq's own words" })),
    idempotencyKey: optional(name),
    key: optional(ExportedKey),
    receipts: Type.Optional(Type.Array(ExportedReceipt)),
    sameAs: Type.Optional(
      Type.Object(
        { origin: name, id },
        { ...closed, description: 'the message that it was written back from' },
      ),
    ),
  },
  closed,
);

/** An agent that its messages wait for. */
const ImportedAgent = Type.Object(
  {
    id: name,
    project: optional(name),
    addresses: Type.Optional(Type.Array(address, { maxItems: 20 })),
    restarts: Type.Optional(
      Type.Object(
        {
          succeeded: Type.Integer({ minimum: 0, maximum: MAX_IMPORTED_RESTARTS }),
          failed: Type.Integer({ minimum: 0, maximum: MAX_IMPORTED_RESTARTS }),
          lastAtMs: optional(atMs),
        },
        { ...closed, description: 'each becomes a row that counts towards no limit' },
      ),
    ),
    events: Type.Optional(
      Type.Array(
        Type.Object(
          {
            item: name,
            cause: Type.Unsafe<RestartCause>(Type.Enum([...RESTART_CAUSES])),
            outcome: Type.Union([Type.Literal('none'), Type.Literal('failed')]),
            detail: optional(Type.String({ maxLength: 4000 })),
            atMs,
          },
          closed,
        ),
        { maxItems: MAX_IMPORTED_RESTARTS, description: 'ends of its sessions, each a row at its own time' },
      ),
    ),
    context: Type.Optional(
      Type.Object(
        { briefing: optional(Type.String()), briefedAtMs: optional(atMs), activity: optional(Type.String()) },
        { ...closed, description: 'for its next rebrief, where nothing is known of it here' },
      ),
    ),
  },
  closed,
);

/** A schedule is imported once under its item, also where somebody removed it since. */
const ImportedSchedule = Type.Object(
  {
    item: name,
    anchorMs: Type.Optional(
      Type.Integer({ minimum: 0, description: 'a distance counts from here; not after now' }),
    ),
    schedule: NewSchedule,
  },
  closed,
);

export const EXPORT_SCHEMAS = {
  importPage: {
    request: Type.Object(
      {
        import: name,
        position: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
        origin: optional(name),
        messages: Type.Array(ExportedMessage, { maxItems: 1000 }),
        agents: Type.Optional(Type.Array(ImportedAgent, { maxItems: 1000 })),
        schedules: Type.Optional(Type.Array(ImportedSchedule, { maxItems: 1000 })),
      },
      closed,
    ),
    reply: Type.Object({ import: name, position: Type.Integer() }),
  },
  importCommit: {
    request: Type.Object(
      { import: name, pages: Type.Integer({ minimum: 1 }), dryRun: Type.Optional(Type.Boolean()) },
      closed,
    ),
    reply: Type.Object({
      created: Type.Integer({ description: 'messages that were stored' }),
      known: Type.Integer({ description: 'messages that an earlier import, or their senders, had stored' }),
      messages: Type.Array(
        Type.Object({
          id: orNull(id),
          state: orNull(state),
          created: Type.Boolean({ description: 'false: it was known, under this id' }),
        }),
        { description: 'in the order of the import; id is null where nothing was stored' },
      ),
      schedules: Type.Integer({ description: 'schedules that were added' }),
      warnings: Type.Array(Type.Object({ index: Type.Integer(), warning: Type.String() })),
    }),
  },
  exportPage: {
    request: Type.Object(
      {
        undelivered: Type.Optional(
          Type.Boolean({ description: 'only ready, scheduled, blocked and leased ones' }),
        ),
        afterId: Type.Optional(Type.Integer({ minimum: 0 })),
        untilId: Type.Optional(
          Type.Integer({ minimum: 0, description: 'as the first page said, so that the end stands still' }),
        ),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
      },
      closed,
    ),
    reply: Type.Object({
      origin: Type.String({ description: 'the database whose ids these are' }),
      untilId: Type.Integer(),
      nextAfterId: orNull(Type.Integer({ description: 'of the next page; null: this was the last' })),
      messages: Type.Array(ExportedMessage),
    }),
  },
} as const;

export type ExportedMessage = Static<typeof ExportedMessage>;
export type ImportPage = Static<(typeof EXPORT_SCHEMAS)['importPage']['request']>;
export type ImportCommit = Static<(typeof EXPORT_SCHEMAS)['importCommit']['request']>;
export type Imported = Static<(typeof EXPORT_SCHEMAS)['importCommit']['reply']>;
export type ExportPage = Static<(typeof EXPORT_SCHEMAS)['exportPage']['reply']>;
