/** The old system's rows as its files have them: nothing about them can be trusted, not even the types. */

/** What SQLite gives for a column; absent columns of older shapes are undefined. */
export type Cell = string | number | bigint | Uint8Array | null | undefined;

export interface LegacyRow {
  readonly id: number;
  readonly agent: Cell;
  readonly text: Cell;
  readonly priority: Cell;
  readonly sequence: Cell;
  readonly dependencyId: Cell;
  readonly project: Cell;
  readonly status: Cell;
  readonly enqueuedAt: Cell;
  readonly pulledAt: Cell;
  readonly deliveredAt: Cell;
  readonly scope: Cell;
  /** The message that orq wrote back as this row. */
  readonly sameAs?: { readonly origin: string; readonly id: number };
}

export interface LegacyTask {
  readonly id: number;
  readonly session: Cell;
  readonly role: Cell;
  readonly window: Cell;
  readonly nextRun: Cell;
  readonly intervalMinutes: Cell;
  readonly note: Cell;
  readonly retryCount: Cell;
}

/** What was kept of an agent over its sessions. */
export interface LegacyContext {
  readonly agent: Cell;
  readonly lastBriefing: Cell;
  readonly briefing: Cell;
  readonly activity: Cell;
  readonly checkpoint: Cell;
}

/** How a session ended. */
export interface LegacyEvent {
  readonly id: number;
  readonly agent: Cell;
  readonly type: Cell;
  readonly reason: Cell;
  readonly at: Cell;
  /** As Python's `repr` writes a dict. */
  readonly details: Cell;
}

/** How the rows stand, by the columns that are there. */
export type LegacyShape = 'none' | 'v0' | 'v1' | 'v2' | 'v3' | 'half-migrated' | 'lifted';

export interface LegacyContents {
  readonly shape: LegacyShape;
  /** A migration replaced the sequence by the row's number, so that only the time tells the order. */
  readonly sequenceLost: boolean;
  readonly rows: readonly LegacyRow[];
  readonly tasks: readonly LegacyTask[];
  readonly contexts: readonly LegacyContext[];
  readonly events: readonly LegacyEvent[];
  /** Rows of tables that are not taken over, by table. */
  readonly left: Readonly<Record<string, number>>;
}

const utf8 = new TextDecoder();

/** A cell as text; null where it holds nothing. */
export function textOf(cell: Cell): string | null {
  if (cell === null || cell === undefined) return null;
  return cell instanceof Uint8Array ? utf8.decode(cell) : String(cell);
}

/** A cell as a finite number; null where it is none. */
export function numberOf(cell: Cell): number | null {
  if (cell === null || cell === undefined || cell instanceof Uint8Array || cell === '') return null;
  const value = Number(cell);
  return Number.isFinite(value) ? value : null;
}
