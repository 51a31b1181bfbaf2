/** All that a takeover would store, and its report, from a copy of the old database. */
import { createHash } from 'node:crypto';
import { agentFacts } from '../../src/takeover/agent-facts.ts';
import { legacySessionOf } from '../../src/takeover/legacy-agent.ts';
import type { LegacyContents } from '../../src/takeover/legacy-row.ts';
import { takeMessages } from '../../src/takeover/messages.ts';
import type { RowReport, TaskReport } from '../../src/takeover/report.ts';
import type { LegacyRestarts } from '../../src/takeover/restart-history.ts';
import { takeEvents } from '../../src/takeover/session-events.ts';
import { takeTasks } from '../../src/takeover/tasks.ts';
import type { Incoming } from '../import-upload.ts';
import type { OldFiles } from './old-files.ts';

/** Every old database has this origin: rows are told apart by what they say. */
const ORIGIN = 'legacy';

export interface TakeoverPlan {
  readonly incoming: Incoming;
  readonly report: {
    readonly shape: LegacyContents['shape'];
    readonly rows: readonly RowReport[];
    readonly tasks: readonly TaskReport[];
    readonly agents: ReturnType<typeof agentFacts>;
    readonly restarts: readonly LegacyRestarts[];
    /** Agents whose credit was used up, and until when. */
    readonly exhausted: readonly { readonly agent: string; readonly untilMs: number }[];
    /** Rows of tables that are not orq's, by table. */
    readonly left: LegacyContents['left'];
    readonly warnings: readonly string[];
  };
}

/** `agentNames`: ids and addresses of the agents that orq knows. */
export function planTakeover(
  contents: LegacyContents,
  files: OldFiles,
  agentNames: readonly string[],
  nowMs: number,
): TakeoverPlan {
  const { sessions, restarts } = files;
  const context = { fingerprint, nowMs };
  const taken = takeMessages(contents, sessions, context);
  const known = new Set([...sessions.map(({ session }) => session), ...agentNames.map(legacySessionOf)]);
  const tasks = takeTasks(contents.tasks, { ...context, sessions, isKnown: (session) => known.has(session) });
  const others = new Set([
    ...agentNames,
    ...taken.messages.map(({ agent }) => agent),
    ...restarts.map(({ agent }) => agent),
  ]);
  const ended = takeEvents(contents.events, { ...context, sessions, isKnown: (agent) => others.has(agent) });
  const agents = agentFacts({
    known: taken.agents,
    restarts,
    contexts: contents.contexts,
    events: ended.agents,
    sessions,
  });
  const scopes = taken.scopesDropped;
  return {
    incoming: {
      origin: ORIGIN,
      messages: [...taken.messages, ...tasks.messages],
      agents: [...agents],
      schedules: tasks.schedules,
    },
    report: {
      shape: contents.shape,
      rows: taken.rows,
      tasks: tasks.tasks,
      agents,
      restarts,
      exhausted: sessions.flatMap(({ session, agents }) =>
        agents.flatMap(({ windowName, windowIndex, role, exhaustedUntilMs: untilMs }) =>
          untilMs !== null && untilMs > nowMs
            ? [{ agent: `${session}:${windowName ?? windowIndex ?? role}`, untilMs }]
            : [],
        ),
      ),
      left: contents.left,
      warnings: [
        ...files.warnings,
        ...ended.warnings,
        ...(scopes > 0
          ? [`${scopes} rows stood in an order across agents, which nobody kept: each is of its agent now`]
          : []),
      ],
    },
  };
}

function fingerprint(words: readonly (string | null)[]): string {
  return createHash('sha256').update(JSON.stringify(words)).digest('base64url').slice(0, 22);
}
