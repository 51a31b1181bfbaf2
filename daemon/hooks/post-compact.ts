/** After a compaction. Nothing can be injected here: the client shows the human a schema error if this hook prints. */
import { exchangeEvent, NOTHING, type HookAnswer, type HookParts } from './exchange.ts';
import type { HookRequest } from './hook-request.ts';

export async function postCompact(parts: HookParts, hook: HookRequest): Promise<HookAnswer> {
  // Only an idle composer takes /compact: a turn that no hook saw end was interrupted.
  const { session } = await exchangeEvent(parts, 'PostCompact', hook, {
    turnOver: hook.trigger === 'manual',
  });
  if (session?.agent && session.standing === 'bound' && !hook.subagent)
    parts.metrics.compactions.of(session.agent).count += 1;
  return NOTHING;
}
