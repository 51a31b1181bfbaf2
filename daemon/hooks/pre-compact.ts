/** Before a compaction: the session is noted as compacting. */
import { exchangeEvent, NOTHING, type HookAnswer, type HookParts } from './exchange.ts';
import type { HookRequest } from './hook-request.ts';

export async function preCompact(parts: HookParts, hook: HookRequest): Promise<HookAnswer> {
  await exchangeEvent(parts, 'PreCompact', hook);
  return NOTHING;
}
