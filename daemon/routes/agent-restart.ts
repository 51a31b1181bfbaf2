/** POST /v1/agents/restart: each is started again as soon as its client is gone. */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import { endProcess } from '../restarts/end-process.ts';
import type { Services } from '../services.ts';

export async function agentRestart(
  { store, log, processes, about }: Pick<Services, 'store' | 'log' | 'processes' | 'about'>,
  choice: RequestOf<'agentRestart'>,
): Promise<ReplyOf<'agentRestart'>> {
  const asked = await store.restartAgents(choice, about.config.startStaggerMs);
  for (const { process } of asked) if (process) endProcess(processes, process);
  const agents = asked.filter(({ state }) => state === 'starting').map(({ agent }) => agent);
  log.info({ event: 'agents_asked_for', agents }, 'agents are to be started');
  return { agents: asked.map(({ agent, state, dueMs }) => ({ id: agent, state, dueMs })) };
}
