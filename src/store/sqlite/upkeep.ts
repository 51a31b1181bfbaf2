/** What a store does for itself from time to time: room in reserve, retention, space given back. Each step is small. */
import type { Database } from './database.ts';
import { prepareForgetting } from './forget.ts';
import { preparePruning } from './prune.ts';
import type { Reserve } from './reserve.ts';

interface Parts {
  readonly reserve: Reserve;
  readonly nowMs: () => number;
  readonly read: <T>(run: () => T) => Promise<T>;
  readonly write: <T>(run: () => T) => Promise<T>;
}

/** `retentionMs` counts from the end of a message. */
export function prepareUpkeep(db: Database, { reserve, nowMs, read, write }: Parts) {
  const pruning = preparePruning(db);
  const forgetting = prepareForgetting(db);
  return async (retentionMs: number): Promise<void> => {
    await reserve.take();
    const aged = await read(() => pruning.next(retentionMs, nowMs()));
    if (aged.length > 0) await write(() => pruning.remove(aged, nowMs()));
    if (await read(() => forgetting.isDue(retentionMs, nowMs())))
      await write(() => forgetting.forget(retentionMs, nowMs()));
    if (await read(() => pruning.hasSpace())) await write(() => pruning.giveBackSpace());
  };
}
