/** What is kept of an agent over its sessions: written by the few events that begin, compact and end them. */
import { KEPT_UNITS, type AgentContext, type LifeFact } from '../../queue/context.ts';
import type { Database } from './database.ts';

/** A fact that an event does not carry stays as it was known. */
const KEEP_CONTEXT = `
  INSERT INTO context (agent, session_id, transcript_path, folder, created_at_ms, updated_at_ms)
  VALUES (@agent, @sessionId, @transcriptPath, @folder, @nowMs, @nowMs)
  ON CONFLICT (agent) DO UPDATE
     SET session_id = excluded.session_id, transcript_path = ifnull(excluded.transcript_path, transcript_path),
         folder = ifnull(excluded.folder, folder), updated_at_ms = excluded.updated_at_ms`;

const INSERT_EVENT = `
  INSERT INTO session_event (agent, session_id, kind, reason, at_ms) VALUES (@agent, @sessionId, @kind, @reason, @nowMs)`;

const INSERT_SUMMARY = `INSERT INTO compact_summary (agent, text, at_ms) VALUES (@agent, @text, @nowMs)`;

const SET_ACTIVITY = `
  INSERT INTO context (agent, activity, created_at_ms, updated_at_ms) VALUES (@agent, @text, @nowMs, @nowMs)
  ON CONFLICT (agent) DO UPDATE SET activity = excluded.activity, updated_at_ms = excluded.updated_at_ms`;

const SET_BRIEFING = `
  INSERT INTO context (agent, briefing, briefed_at_ms, created_at_ms, updated_at_ms) VALUES (@agent, @text, @nowMs, @nowMs, @nowMs)
  ON CONFLICT (agent) DO UPDATE
     SET briefing = excluded.briefing, briefed_at_ms = excluded.briefed_at_ms, updated_at_ms = excluded.updated_at_ms`;

/** Rides on the primary key. */
const SELECT_CONTEXT = `
  SELECT session_id AS sessionId, transcript_path AS transcriptPath, folder, activity, briefing, briefed_at_ms AS briefedAtMs
    FROM context WHERE agent = @agent`;

/** Rides on compact_summary_agent. */
const SELECT_SUMMARY = `SELECT text, at_ms AS atMs FROM compact_summary WHERE agent = @agent ORDER BY id DESC LIMIT 1`;

export interface Contexts {
  /** Writes down what an event tells of the life of an agent's session. */
  keep(session: { readonly agent: string; readonly sessionId: string }, fact: LifeFact, nowMs: number): void;
  setActivity(agent: string, text: string, nowMs: number): void;
  setBriefing(agent: string, text: string, nowMs: number): void;
  of(agent: string): AgentContext | null;
}

export function prepareContexts(db: Database): Contexts {
  const keepContext = db.prepare<object>(KEEP_CONTEXT);
  const insertEvent = db.prepare<object>(INSERT_EVENT);
  const insertSummary = db.prepare<object>(INSERT_SUMMARY);
  const setActivity = db.prepare<object>(SET_ACTIVITY);
  const setBriefing = db.prepare<object>(SET_BRIEFING);
  const select = db.prepare<{ agent: string }, Omit<AgentContext, 'summary'>>(SELECT_CONTEXT);
  const selectSummary = db.prepare<{ agent: string }, { text: string; atMs: number }>(SELECT_SUMMARY);
  return {
    keep: ({ agent, sessionId }, { kind, reason, transcriptPath, folder, summary }, nowMs) => {
      keepContext.run({ agent, sessionId, transcriptPath, folder, nowMs });
      insertEvent.run({ agent, sessionId, kind, reason, nowMs });
      if (summary !== null) insertSummary.run({ agent, text: kept(summary), nowMs });
    },
    setActivity: (agent, text, nowMs) => void setActivity.run({ agent, text: kept(text), nowMs }),
    setBriefing: (agent, text, nowMs) => void setBriefing.run({ agent, text, nowMs }),
    of: (agent) => {
      const context = select.get({ agent });
      return context ? { ...context, summary: selectSummary.get({ agent }) ?? null } : null;
    },
  };
}

function kept(text: string): string {
  return text.slice(0, KEPT_UNITS).toWellFormed();
}
