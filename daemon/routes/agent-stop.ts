/** POST /v1/agents/stop: the client is told to end, and its end counts as asked for. */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import { endProcess } from '../restarts/end-process.ts';
import type { Services } from '../services.ts';

export async function agentStop(
  { store, log, processes }: Pick<Services, 'store' | 'log' | 'processes'>,
  choice: RequestOf<'agentStop'>,
): Promise<ReplyOf<'agentStop'>> {
  const stopped = await store.stopAgents(choice);
  for (const { process } of stopped) if (process) endProcess(processes, process);
  const agents = stopped.filter(({ process }) => process !== null).map(({ agent }) => agent);
  log.info({ event: 'agents_stopped', agents }, 'agents stopped');
  return { agents: stopped.map(({ agent, process }) => ({ id: agent, pid: process?.pid ?? null })) };
}
