/** Before and after a compaction. Neither can inject anything: PostCompact shows a schema error to the human if it prints. */
import { exchangeEvent, NOTHING, type HookAnswer, type HookParts } from './exchange.ts';
import type { HookRequest } from './hook-request.ts';

export async function preCompact(parts: HookParts, hook: HookRequest): Promise<HookAnswer> {
  await exchangeEvent(parts, 'PreCompact', hook);
  return NOTHING;
}

export async function postCompact(parts: HookParts, hook: HookRequest): Promise<HookAnswer> {
  await exchangeEvent(parts, 'PostCompact', hook);
  return NOTHING;
}
