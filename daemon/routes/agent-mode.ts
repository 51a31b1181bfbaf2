/** POST /v1/agents/mode */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';

export async function agentMode(
  { store, ringer, log }: Pick<Services, 'store' | 'ringer' | 'log'>,
  request: RequestOf<'agentMode'>,
): Promise<ReplyOf<'agentMode'>> {
  const agents = await store.setMode(request);
  log.info(
    { event: 'mode_set', mode: request.mode, agents: agents.map(({ id }) => id) },
    'way of delivery switched',
  );
  for (const { id } of agents) await ringer.consider(id);
  return { agents };
}
