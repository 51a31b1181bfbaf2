/** The public edge: what programs import. */
export { createClient, type CallOptions, type Client, type ClientOptions } from './client.ts';
export type { EventOptions, Streamed, StreamWord } from './event-stream.ts';
export {
  TmuxMessenger,
  type BatchMessage,
  type MessengerOptions,
  type QueueStats,
  type SendOptions,
  type Sent,
  type Spooled,
  type Stored,
} from './messenger.ts';
export { waitForReceipt } from './wait-for-receipt.ts';
export { ERRORS, OrqError, type ErrorCode, type ErrorDetails } from '../src/protocol/errors.ts';
export type { Change, EventFilter } from '../src/protocol/change-schema.ts';
export type { CallName } from '../src/protocol/calls.ts';
export type {
  ChangeKind,
  DependencyPolicy,
  MessageState,
  ReceiptKind,
  Scope,
  Wake,
} from '../src/protocol/message.ts';
export type { NewMessage } from '../src/protocol/new-message.ts';
export type {
  Agent,
  Counts,
  Enqueued,
  LeasedMessage,
  Message,
  Receipt,
  ReplyOf,
  RequestOf,
  ShownMessage,
  Waiting,
} from '../src/protocol/schemas.ts';
