/** What a takeover found, row by row. */
import type { MessageState } from '../protocol/message.ts';

export interface RowReport {
  /** The old row's id. */
  readonly id: number;
  readonly agent: string;
  readonly becomes: MessageState | 'dropped';
  readonly reason: string | null;
  /** What is another than in the old row. */
  readonly changes: readonly string[];
}

export interface TaskReport {
  readonly id: number;
  readonly agent: string;
  readonly becomes: 'schedule' | 'message' | 'dropped';
  readonly reason: string | null;
}
