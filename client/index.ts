/** The public edge: what programs import. */
export { createClient, type CallOptions, type Client, type ClientOptions } from './client.ts';
export { ERRORS, OrqError, type ErrorCode, type ErrorDetails } from '../src/protocol/errors.ts';
export type { CallName } from '../src/protocol/calls.ts';
export type { MessageState, ReceiptKind, Wake } from '../src/protocol/message.ts';
export type {
  Agent,
  Counts,
  Enqueued,
  LeasedMessage,
  Message,
  NewMessage,
  Receipt,
  ReplyOf,
  RequestOf,
  ShownMessage,
  Waiting,
} from '../src/protocol/schemas.ts';
