/** The registry as people and wakers read it. */
import { LATER_TYPED_MS } from '../../agents/wake.ts';
import type { DeliveryMode } from '../../protocol/agent.ts';
import type { RestartCause } from '../../protocol/restart.ts';
import type { AgentRow, WakeFacts } from '../../queue/registry.ts';
import type { CountsVerb } from './counts.ts';
import type { Database } from './database.ts';
import type { Sessions } from './session.ts';

/** As many as there are agents; probes session_guest, agent_restart_agent, message_open, message_ready and the key of context for each. */
const SELECT_AGENTS = `
  SELECT id, project, mode, tmux_socket AS tmuxSocket, tmux_server_start AS tmuxServerStart, pane, paused_at_ms AS pausedAtMs,
         (SELECT folder FROM context WHERE context.agent = agent.id) AS folder,
         max(last_seen_ms, ifnull((SELECT last_event_ms FROM session WHERE session.agent = agent.id AND standing = 'bound'), 0)) AS lastSeenMs,
         (SELECT count(*) FROM session WHERE session.agent = agent.id AND standing = 'guest') AS guests,
         (SELECT count(*) FROM agent_restart INDEXED BY agent_restart_agent WHERE agent_restart.agent = agent.id AND outcome = 'restarted') AS restarts,
         (SELECT count(*) FROM message INDEXED BY message_open WHERE message.agent = agent.id AND open = 1) AS open,
         (SELECT min(ready_at_ms) FROM message INDEXED BY message_ready WHERE message.agent = agent.id AND state = 'ready') AS oldestReadyMs
    FROM agent ORDER BY id`;

/** Rides on agent_address_agent. */
const SELECT_ADDRESSES = `SELECT address FROM agent_address WHERE agent = @agent ORDER BY address`;

/** As many as one project has agents; a team without a project is everybody without one. */
const SELECT_TEAM = `
  SELECT id FROM agent
   WHERE project IS (SELECT project FROM agent WHERE id = @agent) AND id <> @agent ORDER BY last_seen_ms DESC LIMIT 50`;

/** Rides on the primary key. */
const SELECT_PROJECT = `SELECT project FROM agent WHERE id = @agent`;

/** Rides on the primary key of agent, on agent_restart_live, and on message_ready: messages that only ride along may be many. Nobody asks where nobody could be woken. Whom messages are typed to, no hook gives those that ride along. */
const READY_TO_WAKE = `
  SELECT mode, paused_at_ms IS NOT NULL AS paused,
         paused_at_ms IS NULL AND (@bound = 1 OR mode = 'push')
           AND (EXISTS (SELECT 1 FROM message INDEXED BY message_ready WHERE message.agent = @agent AND state = 'ready' AND wake = 'now')
             OR (mode = 'push' AND EXISTS (SELECT 1 FROM message INDEXED BY message_ready
                                            WHERE message.agent = @agent AND state = 'ready' AND ready_at_ms < @laterMs))) AS ready,
         hold.cause AS heldFor, hold.until_ms AS heldUntilMs
    FROM agent
    LEFT JOIN agent_restart AS hold INDEXED BY agent_restart_live ON hold.agent = agent.id AND hold.live = 1 AND hold.outcome = 'held'
   WHERE agent.id = @agent`;

/** Rides on message_leased. */
const UNPROVEN = `SELECT 1 FROM message INDEXED BY message_leased WHERE lease_session = @session AND lease_injected = 1 AND state = 'leased' AND wake = 'now' LIMIT 1`;

/** Walks session_bound, and probes message_ready, message_leased and the primary key for each. */
const WITH_MAIL = `
  SELECT agent FROM session
   WHERE standing = 'bound'
     AND (EXISTS (SELECT 1 FROM message INDEXED BY message_ready WHERE message.agent = session.agent AND message.state = 'ready')
       OR EXISTS (SELECT 1 FROM message INDEXED BY message_leased WHERE lease_session = session.key AND message.state = 'leased'))
     AND NOT EXISTS (SELECT 1 FROM agent WHERE agent.id = session.agent AND paused_at_ms IS NOT NULL)`;

type Stored = Omit<AgentRow, 'session' | 'counts' | 'addresses'>;

export interface Registry {
  agents(): AgentRow[];
  teamOf(agent: string): { project: string | null; team: string[] };
  wakeFacts(agent: string, nowMs: number): WakeFacts;
  agentsWithMail(): string[];
}

export function prepareRegistry(
  db: Database,
  { sessions, counts }: { sessions: Sessions; counts: CountsVerb },
): Registry {
  const selectAgents = db.prepare<[], Stored>(SELECT_AGENTS);
  const selectAddresses = db.prepare<{ agent: string }, { address: string }>(SELECT_ADDRESSES);
  const selectTeam = db.prepare<{ agent: string }, { id: string }>(SELECT_TEAM);
  const selectProject = db.prepare<{ agent: string }, { project: string | null }>(SELECT_PROJECT);
  const readyToWake = db.prepare<
    { agent: string; bound: number; laterMs: number },
    {
      mode: DeliveryMode;
      paused: 0 | 1;
      ready: 0 | 1;
      heldFor: RestartCause | null;
      heldUntilMs: number | null;
    }
  >(READY_TO_WAKE);
  const unproven = db.prepare<{ session: number }>(UNPROVEN);

  const withMail = db.prepare<[], { agent: string }>(WITH_MAIL);

  return {
    agentsWithMail: () => withMail.all().map(({ agent }) => agent),
    agents: () =>
      selectAgents.all().map((agent) => ({
        ...agent,
        addresses: selectAddresses.all({ agent: agent.id }).map(({ address }) => address),
        session: sessions.boundTo(agent.id) ?? null,
        counts: counts(agent.id),
      })),
    teamOf: (agent) => ({
      project: selectProject.get({ agent })?.project ?? null,
      team: selectTeam.all({ agent }).map(({ id }) => id),
    }),
    wakeFacts: (agent, nowMs) => {
      const session = sessions.boundTo(agent) ?? null;
      const turnEndedMs = session?.lastEvent === 'Stop' ? session.lastEventMs : 0;
      const laterMs = Math.max(turnEndedMs, nowMs - LATER_TYPED_MS);
      const known = readyToWake.get({ agent, bound: Number(session !== null), laterMs });
      const paused = known?.paused === 1;
      return {
        session,
        mode: known?.mode ?? null,
        readyToWake: known?.ready === 1,
        paused,
        hold: known && known.heldFor !== null ? { cause: known.heldFor, untilMs: known.heldUntilMs } : null,
        unproven: session !== null && !paused && unproven.get({ session: session.key }) !== undefined,
      };
    },
  };
}
