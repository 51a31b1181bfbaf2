/** The old system's notes of how sessions ended, as rows of restart accounting that count towards no limit. */
import type { ImportPage } from '../protocol/export-schemas.ts';
import { MAX_IMPORTED_RESTARTS, type RestartCause } from '../protocol/restart.ts';
import { agentMeant, type LegacySession } from './legacy-agent.ts';
import { textOf, type LegacyEvent } from './legacy-row.ts';
import { legacyTime } from './legacy-time.ts';
import type { Fingerprint } from './messages.ts';
import { parsePython } from './python-literal.ts';

type ImportedAgent = NonNullable<ImportPage['agents']>[number];
export type ImportedEvent = NonNullable<ImportedAgent['events']>[number];

export interface AgentEvents {
  /** One of its old ids. */
  readonly old: string;
  readonly events: readonly ImportedEvent[];
}

export interface EventsTaken {
  readonly agents: readonly AgentEvents[];
  readonly warnings: readonly string[];
}

interface Context {
  readonly sessions: readonly LegacySession[];
  /** Whether anything else speaks of an agent: notes alone make none known. */
  readonly isKnown: (agent: string) => boolean;
  readonly fingerprint: Fingerprint;
  readonly nowMs: number;
}

/** What the old cleanup gave as the reason of an end. */
const CAUSES: Readonly<Record<string, RestartCause>> = {
  session_end: 'clean_exit',
  manual: 'stopped',
  error: 'crashed',
  timeout: 'hung',
  credits_exhausted: 'billing',
  restart_failed: 'unknown',
};

/** As much as a list shows with any sense. */
const DETAIL_UNITS = 1000;

/** The newest of each agent; those of nobody, which old hooks wrote for `:`, and of agents that are long gone are none. */
export function takeEvents(
  rows: readonly LegacyEvent[],
  { sessions, isKnown, fingerprint, nowMs }: Context,
): EventsTaken {
  const byAgent = new Map<string, { old: string; events: ImportedEvent[] }>();
  let nobodys = 0;
  for (const row of rows) {
    const old = textOf(row.agent) ?? '';
    const meant = agentMeant(old, sessions);
    if (!meant || !(meant.known || isKnown(meant.agent))) {
      nobodys += 1;
      continue;
    }
    const found = byAgent.get(meant.agent) ?? { old, events: [] };
    found.events.push(eventOf(row, fingerprint, nowMs));
    byAgent.set(meant.agent, found);
  }
  const agents = Array.from(byAgent.values(), ({ old, events }) => ({
    old,
    events: events.toSorted((a, b) => a.atMs - b.atMs).slice(-MAX_IMPORTED_RESTARTS),
  }));
  const older = rows.length - nobodys - agents.reduce((sum, { events }) => sum + events.length, 0);
  return {
    agents,
    warnings: [
      ...(nobodys > 0
        ? [`${nobodys} ends of sessions are of agents that nothing else speaks of: left out`]
        : []),
      ...(older > 0
        ? [
            `${older} ends of sessions are older than the last ${MAX_IMPORTED_RESTARTS} of their agent: left out`,
          ]
        : []),
    ],
  };
}

function eventOf(row: LegacyEvent, fingerprint: Fingerprint, nowMs: number): ImportedEvent {
  const words = [row.agent, row.type, row.reason, row.at].map(textOf);
  const [, type, reason] = words;
  const said = textOf(row.details)?.trim() ?? '';
  const known = CAUSES[reason ?? ''];
  const notes = [
    type === 'session_end' ? null : type,
    known === undefined || reason === 'restart_failed' ? reason : null,
    said === '' || said === 'None' ? null : jsonOf(said),
  ];
  const detail = notes.filter((note) => note !== null && note !== undefined).join(': ');
  return {
    item: `${fingerprint(words)}:${row.id}`,
    cause: known ?? 'unknown',
    outcome: reason === 'restart_failed' ? 'failed' : 'none',
    detail: detail === '' ? null : detail.slice(0, DETAIL_UNITS).toWellFormed(),
    atMs: Math.min(legacyTime(row.at) ?? nowMs, nowMs),
  };
}

function jsonOf(details: string): string {
  const value = parsePython(details);
  return value === undefined ? details : JSON.stringify(value);
}
