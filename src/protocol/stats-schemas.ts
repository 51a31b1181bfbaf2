/** What `stats` answers: counts since `sinceMs`, over restarts of the daemon, and how it stands now. */
import Type, { type Static } from 'typebox';
import { atMs, closed, orNull } from './fields.ts';

const count = Type.Integer({ minimum: 0 });

const Distribution = Type.Object({
  boundsMs: Type.Array(Type.Number()),
  counts: Type.Array(count, { description: 'one more than bounds: the last is what took longer' }),
  count,
  sumMs: Type.Number(),
});

export const STATS_SCHEMAS = {
  stats: {
    request: Type.Object({}, closed),
    reply: Type.Object({
      sinceMs: atMs,
      latency: Type.Object(
        { injected: Distribution, seen: Distribution },
        { description: 'from the enqueue to the receipt' },
      ),
      hooks: Type.Array(Type.Object({ event: Type.String(), failures: count, took: Distribution })),
      hookSuccess: Type.Object({
        answered: count,
        failed: count,
        missed: Type.Integer({ description: 'events whose client found no daemon' }),
        rate: orNull(Type.Number({ description: 'answered of all; null before the first' })),
        unconfirmed: Type.Integer({
          description: 'answers with messages of which nobody said that they were printed',
        }),
      }),
      commits: Distribution,
      depth: Type.Array(
        Type.Object({
          band: Type.String(),
          ready: count,
          scheduled: count,
          blocked: count,
          leased: count,
        }),
      ),
      deadLetters: count,
      heldAgents: Type.Integer({
        description: 'not rung, or not started again, until a person or a time ends it',
      }),
      restarts: Type.Array(
        Type.Object({ agent: Type.String(), cause: Type.String(), outcome: Type.String(), count }),
        { description: 'crashes, restarts, refusals and holds of the agents that are known' },
      ),
      compactions: Type.Array(Type.Object({ agent: Type.String(), count })),
      wakes: Type.Array(Type.Object({ rung: Type.String(), outcome: Type.String(), count })),
    }),
  },
} as const;

export type Distribution = Static<typeof Distribution>;
