/** What a session is told when it starts, for an agent as it is known now. */
import { bootstrapText } from '../../src/agents/bootstrap.ts';
import type { Services } from '../services.ts';

export async function bootstrapOf(
  { store, orqctl }: Pick<Services, 'store' | 'orqctl'>,
  agent: string,
): Promise<string> {
  const { project, team } = await store.teamOf(agent);
  return bootstrapText({ agent, project, team, orqctl });
}
