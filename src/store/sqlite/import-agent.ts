/** Agents that are known from elsewhere before a hook speaks for them: offline, and their mail waits. */
import { isAgentId } from '../../protocol/names.ts';
import type { ImportPage } from '../../protocol/export-schemas.ts';
import { KEPT_UNITS } from '../../queue/context.ts';
import type { Database } from './database.ts';
import type { KnownItems } from './import-known.ts';
import { prepareRestartRows } from './restart-row.ts';

const INSERT_AGENT = `
  INSERT INTO agent (id, project, first_seen_ms, last_seen_ms) VALUES (@id, @project, @nowMs, @nowMs) ON CONFLICT (id) DO NOTHING`;

/** Rides on the primary key. */
const SELECT_ADDRESSED = `SELECT agent FROM agent_address WHERE address = @id`;

/** Rides on the primary keys: an address means one agent at most. */
const INSERT_ADDRESS = `
  INSERT INTO agent_address (address, agent)
  SELECT @address, @id
   WHERE NOT EXISTS (SELECT 1 FROM agent_address WHERE address = @address) AND NOT EXISTS (SELECT 1 FROM agent WHERE id = @address)`;

/** What is known of it here is newer. */
const INSERT_CONTEXT = `
  INSERT INTO context (agent, briefing, briefed_at_ms, activity, created_at_ms, updated_at_ms)
  VALUES (@id, @briefing, @briefedAtMs, @activity, @nowMs, @nowMs) ON CONFLICT (agent) DO NOTHING`;

/** Why such a row is there, where only the last one has its own time. */
const BEFORE = 'before this database; only the last one has its own time';

/** Why the end of a session is there. */
const NOTED = 'before this database';

type ImportedAgent = NonNullable<ImportPage['agents']>[number];
type Ledger = Pick<KnownItems, 'ledger' | 'enter'> & { readonly origin: string };

/** Those that are known stay as they are; what an earlier import brought is not brought again. */
export function prepareImportedAgents(
  db: Database,
): (agents: readonly ImportedAgent[], ledger: Ledger, nowMs: number) => void {
  const insert = db.prepare<{ id: string; project: string | null; nowMs: number }>(INSERT_AGENT);
  const insertAddress = db.prepare<{ id: string; address: string }>(INSERT_ADDRESS);
  const selectAddressed = db.prepare<{ id: string }, { agent: string }>(SELECT_ADDRESSED);
  const insertContext = db.prepare<object>(INSERT_CONTEXT);
  const rows = prepareRestartRows(db);

  function addRestarts(agent: string, { restarts }: ImportedAgent, ledger: Ledger, nowMs: number): void {
    if (!restarts) return;
    const atMs = Math.min(restarts.lastAtMs ?? nowMs, nowMs);
    const add = (outcome: 'restarted' | 'failed', count: number): void => {
      for (let attempt = 1; attempt <= count; attempt += 1) {
        const item = `restart:${agent}:${outcome}:${attempt}`;
        if (ledger.ledger(ledger.origin, item) !== undefined) continue;
        const id = rows.add(
          {
            agent,
            cause: 'unknown',
            detail: null,
            initiator: 'supervisor',
            outcome,
            reason: BEFORE,
            attempt,
          },
          atMs,
        );
        ledger.enter(ledger.origin, item, id, nowMs);
      }
    };
    add('restarted', restarts.succeeded);
    add('failed', restarts.failed);
  }

  function addEvents(agent: string, { events = [] }: ImportedAgent, ledger: Ledger, nowMs: number): void {
    for (const { item: name, cause, outcome, detail = null, atMs } of events) {
      const item = `event:${name}`;
      if (ledger.ledger(ledger.origin, item) !== undefined) continue;
      const row = { agent, cause, detail, initiator: 'supervisor', outcome, reason: NOTED } as const;
      ledger.enter(ledger.origin, item, rows.add(row, Math.min(atMs, nowMs)), nowMs);
    }
  }

  return (agents, ledger, nowMs) => {
    for (const agent of agents.filter(({ id }) => isAgentId(id))) {
      const { project = null, addresses = [], context } = agent;
      const id = selectAddressed.get(agent)?.agent ?? agent.id;
      const isNew = insert.run({ id, project, nowMs }).changes > 0;
      if (isNew) for (const address of addresses) insertAddress.run({ id, address });
      addEvents(id, agent, ledger, nowMs);
      addRestarts(id, agent, ledger, nowMs);
      if (!context) continue;
      const { briefing = null, briefedAtMs = null, activity = null } = context;
      insertContext.run({ id, briefing: kept(briefing), briefedAtMs, activity: kept(activity), nowMs });
    }
  };
}

function kept(text: string | null): string | null {
  return text === null ? null : text.slice(0, KEPT_UNITS).toWellFormed();
}
