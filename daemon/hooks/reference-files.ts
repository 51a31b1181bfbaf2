/** Files that hold texts too long for hooks: written before the answer that names them, removed when their message is over. */
import { isAbsolute } from 'node:path';
import type { Clock } from '../../src/queue/clock.ts';
import { visible } from '../../src/queue/fence.ts';
import type { HandedOut } from '../../src/queue/exchange.ts';
import type { QueueStore } from '../../src/queue/store.ts';
import type { Log } from '../logger.ts';
import { removeReference, writeReference } from './reference-folder.ts';

/** A folder that could not be written is not tried again for this long; milliseconds. */
const TRY_AGAIN_MS = 600_000;

export interface ReferenceFiles {
  /** The folder where a text may be put, if `cwd` is one. */
  usable(cwd: string | null): string | null;
  /** Writes the text of a message that was handed out as a file; false where that cannot be. */
  write(message: HandedOut, folder: string): Promise<boolean>;
  /** Removes the files of messages that have ended or went back. */
  sweep(): Promise<void>;
}

export function openReferenceFiles({
  store,
  clock,
  log,
}: {
  store: Pick<QueueStore, 'staleReferences' | 'forgetReferences'>;
  clock: Clock;
  log: Log;
}): ReferenceFiles {
  const failed = new Map<string, number>();
  let last: Promise<unknown> = Promise.resolve();

  /** One after the other: a message that is leased again while its old file goes gets a new one after that. */
  function alone<T>(run: () => T | Promise<T>): Promise<T> {
    const next = last.then(run);
    last = next.catch(() => undefined);
    return next;
  }

  async function removeStale(): Promise<void> {
    const stale = await store.staleReferences();
    if (stale.length === 0) return;
    for (const reference of stale)
      try {
        removeReference(reference);
      } catch (error) {
        log.warn({ event: 'file_not_removed', ...reference, err: error }, 'file of a message not removed');
      }
    await store.forgetReferences(stale);
  }

  return {
    usable: (cwd) => {
      if (cwd === null || !isAbsolute(cwd)) return null;
      return clock.steadyMs() < (failed.get(cwd) ?? -Infinity) ? null : cwd;
    },
    write: (message, folder) =>
      alone(() => {
        try {
          const { id, text, form } = message;
          writeReference({ id, folder }, visible(text), form.kind === 'file' && form.again);
          return true;
        } catch (error) {
          failed.set(folder, clock.steadyMs() + TRY_AGAIN_MS);
          log.warn(
            { event: 'file_not_written', id: message.id, folder, err: error },
            'file of a message not written: it goes in parts',
          );
          return false;
        }
      }),
    sweep: () => alone(removeStale),
  };
}
