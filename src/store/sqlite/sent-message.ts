/** What can be said of a message by itself, before anything is looked up: whether it may be stored, what its key stands for, and since when it counts. */
import { createHash } from 'node:crypto';
import { OrqError } from '../../protocol/errors.ts';
import { MAX_TEXT_BYTES } from '../../protocol/message.ts';
import type { SentMessage } from '../../queue/store.ts';

/** A key is as old as its message, by which the pruner finds it. A sender's clock may run ahead. */
export function sentAt({ sentAtMs }: SentMessage, nowMs: number): number {
  return Math.min(sentAtMs ?? nowMs, nowMs);
}

/** SQLite would store half of a surrogate pair as another letter, under which nobody finds a name again. */
export function assertUnicode(message: object): void {
  for (const [field, value] of Object.entries(message) as [string, unknown][])
    if (typeof value === 'string' && !value.isWellFormed())
      throw new OrqError('bad_request', `${field}: holds half of a surrogate pair, which is no Unicode text`);
}

export function assertLength({ text }: { readonly text: string }): void {
  const over = Buffer.byteLength(text) - MAX_TEXT_BYTES;
  if (over > 0)
    throw new OrqError('too_large', `text: ${over} bytes over the limit of ${MAX_TEXT_BYTES}`, {
      details: { over },
    });
}

/** Two requests are the same where every field that the sender gave is the same; what the daemon adds does not count. */
export function fingerprintOf(message: SentMessage): string {
  const fields = Object.entries(message)
    .filter(([name]) => name !== 'caller' && name !== 'sentAtMs' && name !== 'idempotencyKey')
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(fields)).digest('base64url');
}
