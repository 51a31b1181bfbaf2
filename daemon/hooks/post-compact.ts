/** After a compaction. Nothing can be injected here: the client shows the human a schema error if this hook prints. */
import { exchangeEvent, NOTHING, type HookAnswer, type HookParts } from './exchange.ts';
import type { HookRequest } from './hook-request.ts';

export async function postCompact(parts: HookParts, hook: HookRequest): Promise<HookAnswer> {
  await exchangeEvent(parts, 'PostCompact', hook);
  return NOTHING;
}
