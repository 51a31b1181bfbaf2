/** What the old system knew of its agents besides their mail: how often they were restarted, and what they were told last. */
import type { ImportPage } from '../protocol/export-schemas.ts';
import { MAX_IMPORTED_RESTARTS } from '../protocol/restart.ts';
import { agentMeant, type LegacySession } from './legacy-agent.ts';
import { textOf, type Cell, type LegacyContext } from './legacy-row.ts';
import { legacyTime } from './legacy-time.ts';
import type { AgentEvents } from './session-events.ts';
import type { LegacyRestarts } from './restart-history.ts';

type ImportedAgent = NonNullable<ImportPage['agents']>[number];

export interface AgentSources {
  /** Those that their mail makes known. */
  readonly known: readonly ImportedAgent[];
  readonly restarts: readonly LegacyRestarts[];
  readonly contexts: readonly LegacyContext[];
  readonly events: readonly AgentEvents[];
  readonly sessions: readonly LegacySession[];
}

/** Each agent once, with all that is known of it. A context that says nothing is none. */
export function agentFacts({
  known,
  restarts,
  contexts,
  events,
  sessions,
}: AgentSources): readonly ImportedAgent[] {
  const agents = new Map<string, ImportedAgent>(known.map((agent) => [agent.id, agent]));
  const add = (old: string | null, facts: Pick<ImportedAgent, 'restarts' | 'context' | 'events'>): void => {
    const meant = agentMeant(old, sessions);
    if (!meant) return;
    const agent = agents.get(meant.agent) ?? meant.known ?? { id: meant.agent, project: meant.project };
    agents.set(meant.agent, { ...agent, ...facts });
  };
  for (const { agent, successes, failures, lastAtMs } of restarts)
    add(agent, {
      restarts: {
        succeeded: Math.min(successes, MAX_IMPORTED_RESTARTS),
        failed: Math.min(failures, MAX_IMPORTED_RESTARTS),
        lastAtMs,
      },
    });
  for (const { agent, lastBriefing, briefing, activity, checkpoint } of contexts) {
    const told = sayingOf(briefing);
    const done = [activity, checkpoint].flatMap((cell) => sayingOf(cell) ?? []).join('\n');
    if (told === null && done === '') continue;
    const context = {
      briefing: told,
      briefedAtMs: legacyTime(lastBriefing) ?? null,
      activity: done === '' ? null : done,
    };
    add(textOf(agent), { context });
  }
  for (const { old, events: ended } of events) add(old, { events: [...ended] });
  return [...agents.values()];
}

function sayingOf(cell: Cell): string | null {
  const text = textOf(cell)?.trim() ?? '';
  return text === '' || text === '{}' || text === '[]' || text === 'null' ? null : text;
}
