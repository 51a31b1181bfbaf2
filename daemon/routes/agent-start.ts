/** POST /v1/agents/start */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';

export async function agentStart(
  { store, log, about }: Pick<Services, 'store' | 'log' | 'about'>,
  choice: RequestOf<'agentStart'>,
): Promise<ReplyOf<'agentStart'>> {
  const started = await store.startAgents(choice, about.config.startStaggerMs);
  const agents = started.filter(({ state }) => state === 'starting').map(({ agent }) => agent);
  log.info({ event: 'agents_asked_for', agents }, 'agents are to be started');
  return { agents: started.map(({ agent, state, dueMs }) => ({ id: agent, state, dueMs })) };
}
