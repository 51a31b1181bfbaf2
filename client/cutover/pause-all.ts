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
  const isAwake = ({ conditions = [] }: (typeof agents)[number]): boolean => !conditions.includes('paused');
  const paused = agents
    .filter((each) => isAwake(each) || record.paused?.includes(each.id))
    .map(({ id }) => id);
  await writeCutover({ ...record, paused }, host);
  const { agents: changed } = await client.agentPause({ all: true });
  const late = changed.filter((agent) => agent.changed && !paused.includes(agent.id)).map(({ id }) => id);
  return [...paused, ...late];
}
