/** What is kept of an agent over its sessions. */

/** What an event tells of the life of its session, besides what every event tells. */
export interface LifeFact {
  readonly kind: 'session_start' | 'pre_compact' | 'post_compact' | 'stop_failure' | 'hung';
  /** The client's word for it: a source, a trigger, a kind of error. */
  readonly reason: string | null;
  readonly transcriptPath: string | null;
  /** Where the session began; null where the event does not tell. */
  readonly folder: string | null;
  /** What a compaction left of the conversation. */
  readonly summary: string | null;
}

export interface AgentContext {
  readonly sessionId: string | null;
  readonly transcriptPath: string | null;
  readonly folder: string | null;
  /** What it did last, as far as anybody looked. */
  readonly activity: string | null;
  readonly briefing: string | null;
  readonly briefedAtMs: number | null;
  /** Of the newest compaction. */
  readonly summary: { readonly text: string; readonly atMs: number } | null;
}

/** Longest text that is kept of one compaction, or of one activity; UTF-16 units. */
export const KEPT_UNITS = 100_000;
