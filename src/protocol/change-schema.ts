/** The stream of changes: its query, and the data of one event. */
import Type, { type Static } from 'typebox';
import { CHANGE_KINDS, MESSAGE_STATES, type ChangeKind, type MessageState } from './message.ts';

const id = Type.Integer({ minimum: 1, description: 'message id' });
const textOrNull = Type.Union([Type.String(), Type.Null()]);

export const Change = Type.Object({
  id,
  agent: Type.String(),
  kind: Type.Unsafe<ChangeKind>(Type.Enum([...CHANGE_KINDS])),
  state: Type.Unsafe<MessageState>(Type.Enum(MESSAGE_STATES)),
  atMs: Type.Integer({ minimum: 0, description: 'epoch milliseconds' }),
  session: textOrNull,
  event: textOrNull,
  reason: textOrNull,
});

export const EVENTS = {
  request: Type.Object(
    {
      agent: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
      message: Type.Optional(id),
    },
    { additionalProperties: false },
  ),
  change: Change,
} as const;

export type Change = Static<typeof Change>;
export type EventFilter = Static<(typeof EVENTS)['request']>;
