/** Another name for an agent: its sessions, mail and schedules come along, and the old name goes on meaning it. */
import { OrqError } from '../../protocol/errors.ts';
import { assertAgentId } from '../../protocol/names.ts';
import type { RequestOf } from '../../protocol/schemas.ts';
import type { Renamed } from '../../queue/registry.ts';
import type { Addresses } from './address.ts';
import type { Database } from './database.ts';

/** Rides on the primary keys: an id, an earlier name or a current address of somebody else. */
const SELECT_TAKEN = `
  SELECT id AS agent FROM agent WHERE id = @name
  UNION ALL SELECT agent FROM agent_alias WHERE alias = @name AND agent <> @old
  UNION ALL SELECT agent FROM agent_address WHERE address = @name AND agent <> @old`;

/** Rides on schedule_name. */
const SELECT_CLASH = `
  SELECT own.name FROM schedule AS own
   WHERE own.agent = @old AND own.name IS NOT NULL AND EXISTS (SELECT 1 FROM schedule AS other WHERE other.agent = @name AND other.name = own.name)
   ORDER BY own.name LIMIT 1`;

/** Rides on the primary key. References are checked when the transaction commits, when all have moved. */
const RENAME = `UPDATE agent SET id = @name WHERE id = @old RETURNING tmux_socket AS socket, tmux_server_start AS serverStart, pane`;

/** Rides on session_agent. */
const MOVE_SESSIONS = `UPDATE session SET agent = @name WHERE agent = @old`;

/** Rides on message_agent. */
const MOVE_MESSAGES = `UPDATE message SET agent = @name WHERE agent = @old`;

/** Rides on the primary key. How fast messages came is known anew in a moment. */
const DROP_FLOW = `DELETE FROM message_flow WHERE agent = @old`;

/** Rides on schedule_agent. */
const MOVE_SCHEDULES = `UPDATE schedule SET agent = @name WHERE agent = @old`;

/** Rides on agent_address_agent. */
const MOVE_ADDRESSES = `UPDATE agent_address SET agent = @name WHERE agent = @old`;

/** Rides on the primary key. */
const DROP_OWN_ADDRESS = `DELETE FROM agent_address WHERE address = @name AND agent = @name`;

/** Rides on agent_alias_agent. */
const MOVE_ALIASES = `UPDATE agent_alias SET agent = @name WHERE agent = @old`;

/** Rides on the primary key. */
const DROP_ALIAS = `DELETE FROM agent_alias WHERE alias = @name`;
const INSERT_ALIAS = `INSERT INTO agent_alias (alias, agent) VALUES (@old, @name)`;

const MOVES = [
  MOVE_SESSIONS,
  MOVE_MESSAGES,
  DROP_FLOW,
  MOVE_SCHEDULES,
  MOVE_ADDRESSES,
  MOVE_ALIASES,
] as const;

/** @throws OrqError bad_request, not_found, ambiguous_address, wrong_state where the name is taken. */
export type NameVerb = (request: RequestOf<'agentName'>) => Renamed;

export function prepareName(db: Database, { addresses }: { addresses: Addresses }): NameVerb {
  type Names = { old: string; name: string };
  const selectTaken = db.prepare<Names, { agent: string }>(SELECT_TAKEN);
  const selectClash = db.prepare<Names, { name: string }>(SELECT_CLASH);
  const rename = db.prepare<
    Names,
    { socket: string | null; serverStart: number | null; pane: string | null }
  >(RENAME);
  const moves = MOVES.map((sql) => db.prepare<Names>(sql));
  const dropOwnAddress = db.prepare<{ name: string }>(DROP_OWN_ADDRESS);
  const dropAlias = db.prepare<{ name: string }>(DROP_ALIAS);
  const insertAlias = db.prepare<Names>(INSERT_ALIAS);

  return ({ agent, name }) => {
    assertAgentId(name);
    const old = addresses.known(agent);
    const names = { old, name };
    const holder = selectTaken.get(names)?.agent;
    if (holder !== undefined)
      throw new OrqError('wrong_state', `agent "${old}": the name "${name}" is taken`, {
        details: { holder },
      });
    const clash = selectClash.get(names);
    if (clash)
      throw new OrqError('wrong_state', `agent "${old}": both names have a schedule "${clash.name}"`);
    db.pragma('defer_foreign_keys = ON');
    const place = rename.get(names);
    for (const move of moves) move.run(names);
    dropOwnAddress.run({ name });
    dropAlias.run({ name });
    insertAlias.run(names);
    const { socket = null, serverStart = null, pane = null } = place ?? {};
    return {
      agent: name,
      was: old,
      pane: socket !== null && serverStart !== null && pane !== null ? { socket, serverStart, pane } : null,
    };
  };
}
