/** What the caps on floods want to know: kept and asked only while a cap is set. */
import { flowOn, holdOf, type Flow, type FloodCaps, type Hold } from '../../queue/flood.ts';
import type { Database } from './database.ts';

/** Rides on the primary key. */
const SELECT_FLOW = `SELECT due_ms AS dueMs, at_ms AS atMs FROM message_flow WHERE agent = @agent AND sender = @sender`;
const KEEP_FLOW = `
  INSERT INTO message_flow (agent, sender, due_ms, at_ms) VALUES (@agent, @sender, @dueMs, @atMs)
    ON CONFLICT (agent, sender) DO UPDATE SET due_ms = excluded.due_ms, at_ms = excluded.at_ms`;

/** Rides on message_open, message_leased and session_bound: what the agent has in hand now, which is little. */
const SELECT_HOPS = `
  SELECT ifnull(max(hops), -1) AS hops
    FROM (SELECT hops FROM message INDEXED BY message_open WHERE agent = @agent AND open = 1
          UNION ALL
          SELECT hops FROM message INDEXED BY message_leased
           WHERE lease_session = (SELECT key FROM session WHERE session.agent = @agent AND standing = 'bound') AND state = 'leased')`;

export interface Arriving {
  readonly agent: string;
  /** Who says to have sent it. */
  readonly from: string | null;
  /** The agent from whose session or pane it came; that counts for hops, where it is known. */
  readonly sentBy: string | null;
  readonly readyAtMs: number;
}

export interface Floods {
  /** False where there is no cap: then nothing is asked. */
  readonly isOn: boolean;
  /** Hops of a message that arrives now, and whether it is held back. */
  judge(message: Arriving, nowMs: number): { hops: number; hold: Hold | null };
}

/** The whole of an agent's mail is a flow too: no sender has this name. */
const ANYBODY = '';

/** `caps` are read at each message. */
export function prepareFloods(db: Database, caps: FloodCaps): Floods {
  const selectFlow = db.prepare<{ agent: string; sender: string }, Flow>(SELECT_FLOW);
  const keepFlow = db.prepare<{ agent: string; sender: string } & Flow>(KEEP_FLOW);
  const selectHops = db.prepare<{ agent: string }, { hops: number }>(SELECT_HOPS);

  function pass(agent: string, sender: string, perMinute: number, nowMs: number): number {
    if (perMinute === 0) return nowMs;
    const { passMs, ...flow } = flowOn(selectFlow.get({ agent, sender }), perMinute, nowMs);
    keepFlow.run({ agent, sender, ...flow });
    return passMs;
  }

  return {
    get isOn() {
      return caps.pairPerMinute > 0 || caps.agentPerMinute > 0 || caps.maxHops > 0;
    },
    judge: ({ agent, from, sentBy, readyAtMs }, nowMs) => {
      const sender = sentBy ?? from;
      const hops =
        caps.maxHops > 0 && sender !== null ? (selectHops.get({ agent: sender })?.hops ?? -1) + 1 : 0;
      const pair = from === null ? nowMs : pass(agent, from, caps.pairPerMinute, nowMs);
      const passMs = Math.max(pair, pass(agent, ANYBODY, caps.agentPerMinute, nowMs));
      return { hops, hold: holdOf({ readyAtMs, hops, passMs }, caps) };
    },
  };
}
