/** What the daemon knows of agents that keeps mail from them, or them from coming back. */
import type { Agent, ReplyOf } from '../../src/protocol/schemas.ts';
import type { Client } from '../client.ts';
import { supportOf } from './client-features.ts';
import { well, wrong, type Check } from './check.ts';

type Restart = ReplyOf<'restarts'>['restarts'][number];

const MOST = 1_000;

export function waiterCheck(agents: readonly Agent[]): Check {
  const deaf = agents.filter(
    ({ state, waiter, ready, mode }) => mode === 'pull' && state === 'idle' && !waiter && ready > 0,
  );
  if (deaf.length === 0) return well('waiters', `no idle agent of ${agents.length} has mail and no waiter`);
  return wrong(
    'waiters',
    `idle with mail and without a waiter: ${deaf.map(({ id }) => id).join(', ')}`,
    'give each one prompt, or run orqctl hooks check for its folder',
  );
}

export function versionCheck(agents: readonly Agent[]): Check {
  const versions = [...new Set(agents.flatMap(({ clientVersion }) => clientVersion ?? []))].toSorted();
  const words = versions.map((version) => {
    const { lacks } = supportOf(version);
    return lacks.length === 0 ? `${version} has all` : `${version} lacks ${lacks.join(', ')}`;
  });
  const found = words.length === 0 ? 'no agent has told its version' : words.join('; ');
  const old = agents.filter(({ clientVersion }) => !supportOf(clientVersion).isEnough);
  if (old.length === 0) return well('clients', found);
  const names = old.map(({ id }) => id).join(', ');
  return wrong(
    'clients',
    `${found}: ${names}`,
    'update Claude Code to 2.1.197 or newer and start them again, or orqctl agent mode push for them',
  );
}

/** States in which no event comes that could bring the mail. */
const SILENT: readonly string[] = ['offline', 'failed', 'needs_human', 'no hooks', 'unknown'];

/** Mail whose agent does not come for it, and mail for names that nobody bears. */
export async function mailCheck(client: Client, agents: readonly Agent[]): Promise<Check> {
  const { messages } = await client.list({ state: 'ready', limit: MOST });
  const known = new Set(agents.map(({ id }) => id));
  const strange = [...new Set(messages.flatMap(({ agent }) => (known.has(agent) ? [] : [agent])))];
  const stuck = agents.filter(
    ({ ready, state, conditions = [] }) => ready > 0 && (SILENT.includes(state) || conditions.length > 0),
  );
  if (strange.length + stuck.length === 0)
    return well('mail', `${messages.length} ready, all for agents that can come for it`);
  const found = [
    ...stuck.map(
      ({ id, ready, state, conditions = [] }) =>
        `${id} has ${ready} ready, ${[state, ...conditions].join(', ')}`,
    ),
    ...(strange.length === 0 ? [] : [`nobody is called ${strange.join(', ')}`]),
  ].join('; ');
  const remedies = [
    ...stuck.map(
      ({ id, remedy, state }) =>
        `orqctl why ${id}${remedy === undefined ? (state === 'offline' ? `, or orqctl agent start ${id}` : '') : `: ${remedy}`}`,
    ),
    ...(strange.length === 0
      ? []
      : ['orqctl agents shows the names that there are; mail for a name waits until an agent bears it']),
  ];
  return wrong('mail', found, [...new Set(remedies)].join('; '));
}

/** Causes after which an agent is meant to come back. */
const UNMEANT: readonly Restart['cause'][] = ['crashed', 'pane_lost', 'server_lost', 'rebooted', 'requested'];
const NOT_BACK: readonly Restart['outcome'][] = ['none', 'failed', 'expired'];

/** Agents that are gone, or held, and not started again: why, and what lets them. */
export async function restartCheck(client: Client, agents: readonly Agent[]): Promise<Check> {
  const { restarts } = await client.restarts({ limit: MOST });
  const newest = new Map<string, Restart>();
  for (const row of restarts) if (!newest.has(row.agent)) newest.set(row.agent, row);
  const bad = agents.flatMap((agent) => {
    const row = newest.get(agent.id);
    if (row?.outcome === 'held') return [heldLine(row)];
    const isGone = agent.state === 'offline' && row !== undefined;
    if (isGone && UNMEANT.includes(row.cause) && NOT_BACK.includes(row.outcome)) return [goneLine(row)];
    return [];
  });
  if (bad.length === 0)
    return well('restarts', `${newest.size} agents have met trouble, none of them waits for a person`);
  return wrong(
    'restarts',
    bad.map(({ found }) => found).join('; '),
    [...new Set(bad.map(({ remedy }) => remedy))].join('; '),
  );
}

function heldLine({ agent, cause, reason, detail }: Restart): { found: string; remedy: string } {
  const why = [reason, detail].filter((word) => word !== null).join(': ');
  return {
    found: `${agent} is held (${cause}): ${why || 'no reason was said'}`,
    remedy: `mend that, then orqctl agent resume ${agent}; orqctl restarts --agent ${agent} has the count`,
  };
}

function goneLine({ agent, cause, outcome, reason }: Restart): { found: string; remedy: string } {
  return {
    found: `${agent} is gone (${cause}) and was not started again (${reason ?? outcome})`,
    remedy: `orqctl agent start ${agent}; orqctl agent restart-policy ${agent} on starts it by itself the next time`,
  };
}
