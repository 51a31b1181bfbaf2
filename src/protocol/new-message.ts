/** A message as its sender gives it. */
import Type, { type Static } from 'typebox';
import { closed, id, address, name, durationMs, wake, scope, dependencyPolicy } from './fields.ts';
import { MAX_PRIORITY, MIN_PRIORITY } from './message.ts';

/** The end of the year 9999: what counts from there is still a time. */
const LAST_WISH_MS = 253_402_300_799_999;

export const NewMessage = Type.Object(
  {
    agent: Type.Optional(address),
    text: Type.String({ minLength: 1 }),
    priority: Type.Optional(Type.Integer({ minimum: MIN_PRIORITY, maximum: MAX_PRIORITY })),
    from: Type.Optional(name),
    idempotencyKey: Type.Optional(name),
    project: Type.Optional(name),
    scope: Type.Optional(scope),
    after: Type.Optional(
      Type.Array(
        Type.Union([
          Type.Object({ id }, closed),
          Type.Object(
            {
              index: Type.Integer({ minimum: 0, maximum: 999, description: 'position in the batch, from 0' }),
            },
            closed,
          ),
        ]),
        { maxItems: 1000 },
      ),
    ),
    onDependencyFailure: Type.Optional(dependencyPolicy),
    dependencyTimeoutMs: Type.Optional(durationMs),
    delayMs: Type.Optional(durationMs),
    atMs: Type.Optional(
      Type.Integer({ minimum: 0, maximum: LAST_WISH_MS, description: 'epoch milliseconds' }),
    ),
    ttlMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 3_155_760_000_000 })),
    threadId: Type.Optional(name),
    replyTo: Type.Optional(id),
    wake: Type.Optional(wake),
    mustExist: Type.Optional(Type.Boolean({ description: 'refuse where no such agent is known' })),
  },
  closed,
);

export type NewMessage = Static<typeof NewMessage>;
