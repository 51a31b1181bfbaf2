/** POST /v1/agents/restart-policy */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';

export async function agentRestartPolicy(
  { store }: Pick<Services, 'store'>,
  request: RequestOf<'agentRestartPolicy'>,
): Promise<ReplyOf<'agentRestartPolicy'>> {
  return store.setRestartPolicy(request);
}
