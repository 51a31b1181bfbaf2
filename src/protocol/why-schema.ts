/** What `why` says of a message, or of an agent and what waits for it. */
import Type from 'typebox';
import { address, atMs, closed, id, name, orNull, state } from './fields.ts';

/** Built over the schemas of an agent and of waiting, which others use as well. */
export function whySchemas<A extends Type.TSchema, W extends Type.TSchema>(agent: A, waiting: W) {
  return {
    why: {
      request: Type.Object({ agent: Type.Optional(address), id: Type.Optional(id) }, closed),
      reply: Type.Object({
        address: name,
        agent: orNull(agent),
        waits: Type.Array(
          Type.Object({
            id,
            state,
            priority: Type.Integer(),
            from: orNull(Type.String()),
            enqueuedAtMs: atMs,
            endedAtMs: orNull(atMs),
            reason: orNull(Type.String({ description: 'why it is dead or cancelled' })),
            waiting: orNull(waiting),
          }),
          { description: 'the message that was asked for, else what waits for the agent, next one first' },
        ),
        more: Type.Boolean({ description: 'others wait too' }),
      }),
    },
  } as const;
}
