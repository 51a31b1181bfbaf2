/** POST /v1/agents/pause */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';

export async function agentPause(
  { store, log }: Pick<Services, 'store' | 'log'>,
  choice: RequestOf<'agentPause'>,
): Promise<ReplyOf<'agentPause'>> {
  const reply = await store.pauseAgents(choice);
  const agents = reply.agents.filter(({ changed }) => changed).map(({ id }) => id);
  log.info({ event: 'agents_paused', agents }, 'agents paused');
  return reply;
}
