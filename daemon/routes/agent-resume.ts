/** POST /v1/agents/resume */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import { policyOf } from '../restarts/policy.ts';
import type { Services } from '../services.ts';
import { arrived } from './arrived.ts';

export async function agentResume(
  parts: Pick<Services, 'store' | 'log' | 'arrivals' | 'ringer' | 'about'>,
  choice: RequestOf<'agentResume'>,
): Promise<ReplyOf<'agentResume'>> {
  const { store, log, about } = parts;
  const reply = await store.resumeAgents(choice, policyOf(about.config));
  const agents = reply.agents.filter(({ changed }) => changed).map(({ id }) => id);
  log.info({ event: 'agents_resumed', agents }, 'agents resumed');
  await arrived(parts, agents);
  return reply;
}
