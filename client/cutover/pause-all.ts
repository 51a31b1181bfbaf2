/** Pauses every agent for a rollback, and writes down whom: one that broke off is run again, and lets the same ones go on. */
import type { Client } from '../client.ts';
import type { Host } from '../hooks/host.ts';
import { newCutover, readCutover, writeCutover } from './record.ts';

/** @returns those that were not paused before the first run. */
export async function pauseAll(
  client: Client,
  host: Pick<Host, 'env'>,
  nowMs: number,
): Promise<readonly string[]> {
  const record = (await readCutover(host)) ?? newCutover(nowMs);
  const { agents } = await client.agents({});
  const awake = agents.filter(({ conditions = [] }) => !conditions.includes('paused')).map(({ id }) => id);
  const paused = [...new Set([...(record.paused ?? []), ...awake])];
  await writeCutover({ ...record, paused }, host);
  const { agents: changed } = await client.agentPause({ all: true });
  const late = changed.filter((agent) => agent.changed && !paused.includes(agent.id)).map(({ id }) => id);
  return [...paused, ...late];
}
