/** Fields that several schemas hold. */
import Type from 'typebox';
import {
  DEPENDENCY_POLICIES,
  MESSAGE_STATES,
  SCOPES,
  WAKES,
  type DependencyPolicy,
  type MessageState,
  type Scope,
  type Wake,
} from './message.ts';

export const closed = { additionalProperties: false } as const;
export const id = Type.Integer({ minimum: 1, description: 'message id' });
export const address = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'agent id, or a current tmux address of one',
});
export const name = Type.String({ minLength: 1, maxLength: 200, pattern: '^\\P{Cc}+$' });
/** No calendar has a later day. */
const LAST_MS = 8_640_000_000_000_000;
export const atMs = Type.Integer({ minimum: 0, maximum: LAST_MS, description: 'epoch milliseconds' });
export const durationMs = Type.Integer({
  minimum: 0,
  maximum: 3_155_760_000_000,
  description: 'milliseconds',
});
export const leaseToken = Type.Integer({ minimum: 1, description: 'the token that the lease came with' });
export const state = Type.Unsafe<MessageState>(Type.Enum(MESSAGE_STATES));
export const wake = Type.Unsafe<Wake>(Type.Enum([...WAKES]));
export const scope = Type.Unsafe<Scope>(Type.Enum([...SCOPES]));
export const dependencyPolicy = Type.Unsafe<DependencyPolicy>(Type.Enum([...DEPENDENCY_POLICIES]));
export const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
