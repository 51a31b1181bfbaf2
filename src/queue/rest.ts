/** What the store knows of sessions whose state may be over without a word: Escape ends a dialog or a compaction, and no hook tells. */
import type { ProcessId } from '../protocol/agent.ts';
import type { PanePlace } from './registry.ts';

export interface Waiting {
  /** Of the session. */
  readonly key: number;
  readonly agent: string;
  readonly process: ProcessId | null;
  readonly lastEventMs: number;
  readonly place: PanePlace;
}

export interface RestStore {
  /** Bound sessions in a pane that need a human or compact, and have shown no event since then. */
  waitingSince(sinceMs: number): Promise<readonly Waiting[]>;
  /** Its pane shows that it is idle. False where an event came meanwhile. */
  foundAtRest(session: Pick<Waiting, 'key' | 'lastEventMs'>): Promise<boolean>;
}
