/** GET /v1/events: what happens to messages, as server-sent events, until the reader leaves, falls behind, or the daemon stops. */
import type { ServerResponse } from 'node:http';
import type { Change, EventFilter } from '../../src/protocol/change-schema.ts';
import type { Told } from '../changes.ts';
import type { Services } from '../services.ts';

/** How much may wait for a reader, in bytes: who does not read must not fill the memory. */
const MAX_BEHIND_BYTES = 1024 * 1024;
/** How long a reader that fell behind may take to read what waits for it and that it was dropped; milliseconds. */
const PARTING_MS = 10_000;
/** A line that says nothing, so that both ends notice a connection that is dead; milliseconds. */
const HEARTBEAT_MS = 15_000;

const HEAD = { 'content-type': 'text/event-stream', 'cache-control': 'no-store', connection: 'close' };

type Parts = Pick<Services, 'store' | 'changes' | 'stopping' | 'log'> & { readonly heartbeatMs?: number };

/**
 * Resolves when the stream has begun; `begin` writes the head of the answer. With `after`, a position that the reader was told, it goes on there.
 * @throws OrqError ambiguous_address, not_found, as long as nothing is written.
 */
export async function streamEvents(
  { store, changes, stopping, log, heartbeatMs = HEARTBEAT_MS }: Parts,
  filter: EventFilter,
  after: string | string[] | undefined,
  begin: (head: Record<string, string>) => ServerResponse,
): Promise<void> {
  const agent = filter.agent === undefined ? undefined : await store.agentAt(filter.agent);
  const { message } = filter;
  const isWanted = ({ change }: Told): boolean =>
    (agent === undefined || change.agent === agent) && (message === undefined || change.id === message);
  let tell = (told: Told): void => void early.push(told);
  const early: Told[] = [];
  const reading = await changes.join((told) => {
    if (isWanted(told)) tell(told);
  });
  const missed = typeof after === 'string' ? reading.since(after) : [];
  const known =
    missed !== null || message === undefined
      ? []
      : await receiptsOf(store, message).catch((error: unknown) => {
          reading[Symbol.dispose]();
          throw error;
        });

  const answer = begin(HEAD);
  const heartbeat = setInterval(() => answer.write(': alive\n\n'), heartbeatMs);
  let parting: NodeJS.Timeout | undefined;
  const leave = (): void => {
    clearInterval(heartbeat);
    reading[Symbol.dispose]();
    stopping.removeEventListener('abort', stop);
    tell = () => undefined;
  };
  const part = (lastWord: string): void => {
    leave();
    answer.end(lastWord);
    parting = setTimeout(() => answer.destroy(), PARTING_MS).unref();
  };
  const stop = (): void => part(frame('stopping', {}));
  answer.once('close', () => {
    leave();
    clearTimeout(parting);
  });
  answer.on('error', leave);
  tell = ({ position, change }) => {
    if (answer.writableLength <= MAX_BEHIND_BYTES) answer.write(frame(null, change, position));
    else {
      log.warn(
        { event: 'reader_dropped', agent, id: message },
        'reader of the changes dropped: it fell behind',
      );
      part(frame('dropped', {}));
    }
  };

  if (missed === null) answer.write(frame('gap', {}));
  for (const change of known) answer.write(frame(null, change));
  for (const told of missed ?? []) if (isWanted(told)) tell(told);
  // The position comes after what was missed: a reader that is cut off in between asks for the same again.
  answer.write(frame('listening', {}, reading.position));
  for (const told of early) tell(told);
  if (stopping.aborted) stop();
  else stopping.addEventListener('abort', stop, { once: true });
}

/** What the database knows of one message, told like changes: its receipts, and what it is now. */
async function receiptsOf(store: Parts['store'], id: number): Promise<Change[]> {
  const { message, receipts } = await store.show(id);
  const { agent, state, reason, endedAtMs } = message;
  const ended = state === 'dead' || state === 'cancelled' ? [{ kind: state, atMs: endedAtMs ?? 0 }] : [];
  return [
    ...receipts.map((receipt) => ({ id, agent, state, reason: null, ...receipt })),
    ...ended.map((end) => ({ id, agent, state, reason, session: null, event: null, ...end })),
  ];
}

function frame(event: string | null, data: object, position?: string): string {
  const fields = [
    ...(position === undefined ? [] : [`id: ${position}`]),
    ...(event === null ? [] : [`event: ${event}`]),
    `data: ${JSON.stringify(data)}`,
  ];
  return `${fields.join('\n')}\n\n`;
}
