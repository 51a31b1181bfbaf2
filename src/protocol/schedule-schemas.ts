/** Request and reply of the calls about schedules: messages that come again and again. */
import Type, { type Static } from 'typebox';
import { address, atMs, closed, name, orNull, wake } from './fields.ts';
import { MAX_PRIORITY, MIN_PRIORITY, type CatchUp, CATCH_UPS } from './message.ts';

const scheduleId = Type.Integer({ minimum: 1, description: 'schedule id' });
const cron = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'five fields, or @daily and the like',
});
const everyMs = Type.Integer({ minimum: 60_000, maximum: 31_557_600_000, description: 'milliseconds' });
const zone = Type.String({
  minLength: 1,
  maxLength: 100,
  description: 'IANA time zone of the cron expression',
});
const catchUp = Type.Unsafe<CatchUp>(Type.Enum([...CATCH_UPS]));
const ttlMs = Type.Integer({ minimum: 1, maximum: 3_155_760_000_000 });

export const NewSchedule = Type.Object(
  {
    agent: Type.Optional(address),
    text: Type.String({ minLength: 1 }),
    cron: Type.Optional(cron),
    everyMs: Type.Optional(everyMs),
    zone: Type.Optional(zone),
    catchUp: Type.Optional(catchUp),
    name: Type.Optional(name),
    priority: Type.Optional(Type.Integer({ minimum: MIN_PRIORITY, maximum: MAX_PRIORITY })),
    from: Type.Optional(name),
    project: Type.Optional(name),
    wake: Type.Optional(wake),
    ttlMs: Type.Optional(ttlMs),
  },
  closed,
);

export const Schedule = Type.Object({
  id: scheduleId,
  agent: name,
  name: orNull(Type.String()),
  cron: orNull(Type.String()),
  everyMs: orNull(Type.Integer()),
  zone: Type.String(),
  catchUp,
  text: Type.String(),
  priority: Type.Integer(),
  from: orNull(Type.String()),
  project: orNull(Type.String()),
  wake,
  ttlMs: orNull(Type.Integer()),
  createdAtMs: atMs,
  nextAtMs: orNull(atMs),
  lastTickMs: orNull(atMs),
  error: orNull(Type.String({ description: 'why the last tick brought no message' })),
});

export const SCHEDULE_SCHEMAS = {
  scheduleAdd: {
    request: NewSchedule,
    reply: Type.Interface([Schedule], {
      created: Type.Boolean({ description: 'false: it was there under this name' }),
    }),
  },
  scheduleList: {
    request: Type.Object(
      {
        agent: Type.Optional(address),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
        afterId: Type.Optional(scheduleId),
      },
      closed,
    ),
    reply: Type.Object({ schedules: Type.Array(Schedule) }),
  },
  scheduleRemove: {
    request: Type.Object({ id: scheduleId }, closed),
    reply: Type.Object({ id: scheduleId, agent: name }),
  },
} as const;

export type NewSchedule = Static<typeof NewSchedule>;
export type Schedule = Static<typeof Schedule>;
