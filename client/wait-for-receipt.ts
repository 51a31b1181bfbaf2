/** Waits until a message has a receipt, over restarts of the daemon. */
import { setTimeout as pause } from 'node:timers/promises';
import { ERRORS, OrqError } from '../src/protocol/errors.ts';
import { RECEIPTS, type ReceiptKind } from '../src/protocol/message.ts';
import type { ShownMessage } from '../src/protocol/schemas.ts';
import type { Client } from './client.ts';

/** Between two tries to reach a daemon that does not answer; milliseconds. */
const RETRY_MS = 200;

type Asked = Pick<Client, 'events' | 'show'>;

/**
 * Resolves with the message as soon as it has `kind` or a stronger receipt. Asks only after it listens, so that nothing happens in between.
 * @throws OrqError wrong_state where the message is dead or withdrawn, receipt_missing where `signal` aborts before.
 */
export async function waitForReceipt(
  client: Asked,
  id: number,
  kind: ReceiptKind,
  signal: AbortSignal,
): Promise<ShownMessage> {
  for (let last: ShownMessage | undefined; ;) {
    try {
      for await (const { word } of client.events({ message: id }, { signal })) {
        if (word !== 'listening' && word !== 'change') continue;
        last = await client.show({ id }, { signal });
        if (hasReceipt(last, kind)) return last;
        assertMayCome(last, kind);
      }
      await pause(RETRY_MS, undefined, { signal });
    } catch (error) {
      if (signal.aborted) throw missing(id, kind, last);
      if (!(error instanceof OrqError) || !ERRORS[error.code].retry) throw error;
      await pause(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
    if (signal.aborted) throw missing(id, kind, last);
  }
}

/** The strongest receipt of a message. */
export function strongestReceipt({ receipts }: Pick<ShownMessage, 'receipts'>): ReceiptKind {
  return RECEIPTS.findLast((kind) => receipts.some((receipt) => receipt.kind === kind)) ?? 'queued';
}

function hasReceipt(message: ShownMessage, kind: ReceiptKind): boolean {
  return RECEIPTS.indexOf(strongestReceipt(message)) >= RECEIPTS.indexOf(kind);
}

function assertMayCome({ id, state, reason }: ShownMessage, kind: ReceiptKind): void {
  const isUnproven = state === 'delivered' && reason === 'unproven' && kind === 'seen';
  if (state !== 'dead' && state !== 'cancelled' && !isUnproven) return;
  const why = reason === null ? '' : ` (${reason})`;
  throw new OrqError('wrong_state', `message ${id}: is ${state}${why}, it will not be ${kind}`, {
    details: { id, state },
  });
}

function missing(id: number, kind: ReceiptKind, last: ShownMessage | undefined): OrqError {
  const known = last && { state: last.state, receipt: strongestReceipt(last) };
  const fact = known ? `it is ${known.state}, receipt ${known.receipt}` : 'no daemon told its state';
  return new OrqError('receipt_missing', `message ${id}: not ${kind} in time, ${fact}`, {
    details: { id, ...known },
  });
}
