/** What a store does for itself from time to time: room in reserve, retention, space given back, the planner's figures. Each step is small. */
import type { Database } from './database.ts';
import { prepareForgetting } from './forget.ts';
import { prepareOptimizing } from './optimize.ts';
import { preparePruning } from './prune.ts';
import type { Reserve } from './reserve.ts';

interface Parts {
  readonly reserve: Reserve;
  readonly nowMs: () => number;
  readonly read: <T>(run: () => T) => Promise<T>;
  readonly write: <T>(run: () => T) => Promise<T>;
}

/** `retentionMs` counts from the end of a message. */
export function upkeepVerbs(db: Database, { reserve, nowMs, read, write }: Parts) {
  const pruning = preparePruning(db);
  const forgetting = prepareForgetting(db);
  const optimizing = prepareOptimizing(db);
  return {
    upkeep: () => reserve.take(),
    forgetOld: async (retentionMs: number): Promise<{ forgotten: number; isOver: boolean }> => {
      const aged = await read(() => pruning.next(retentionMs, nowMs()));
      if (aged.length > 0) await write(() => pruning.remove(aged, nowMs()));
      const isDue = await read(() => forgetting.isDue(retentionMs, nowMs()));
      if (isDue) await write(() => forgetting.forget(retentionMs, nowMs()));
      const hasSpace = await read(() => pruning.hasSpace());
      if (hasSpace) await write(() => pruning.giveBackSpace());
      return { forgotten: aged.length, isOver: !isDue && !hasSpace && pruning.rests(nowMs()) };
    },
    optimize: async (): Promise<number> => {
      const due = await read(() => optimizing.due());
      for (const statement of due) await write(() => optimizing.renew(statement));
      return due.length;
    },
  };
}
