/** Requests and replies of the calls about maintenance. */
import Type from 'typebox';
import { atMs, closed, orNull } from './fields.ts';
import { WORK_NAMES, type WorkName } from './maintenance.ts';

const work = Type.Unsafe<WorkName>(Type.Enum([...WORK_NAMES]));

const last = Type.Object({
  startedAtMs: atMs,
  tookMs: Type.Integer(),
  ok: Type.Boolean(),
  outcome: Type.String({ description: 'what it came to; empty where an earlier life of the daemon did it' }),
});

export const MAINTENANCE_SCHEMAS = {
  maintenance: {
    request: Type.Object({}, closed),
    reply: Type.Object({
      works: Type.Array(
        Type.Object({
          work,
          schedule: orNull(Type.String({ description: 'cron expression, in the time zone of the daemon' })),
          nextMs: orNull(atMs),
          runningSinceMs: orNull(atMs),
          progress: orNull(Type.Object({ done: Type.Integer(), total: Type.Integer() })),
          last: orNull(last),
        }),
      ),
    }),
  },
  maintenanceRun: {
    request: Type.Object({ work }, closed),
    reply: Type.Object({ work, ...last.properties }),
  },
};
