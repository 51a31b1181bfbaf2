/** A session starts, resumes, is cleared or forked: it is bound or refused, and told who it is. After a compaction the same life goes on. */
import { contextAnswer, exchangeEvent, type HookAnswer, type HookParts } from './exchange.ts';
import type { HookRequest } from './hook-request.ts';

export async function sessionStart(parts: HookParts, hook: HookRequest): Promise<HookAnswer> {
  const exchanged = await exchangeEvent(parts, 'SessionStart', hook, {
    compacted: hook.source === 'compact',
  });
  return contextAnswer(parts, 'SessionStart', hook, exchanged);
}
