/** A session ends by exit, /clear or /resume: its leases return. */
import { exchangeEvent, NOTHING, type HookAnswer, type HookParts } from './exchange.ts';
import type { HookRequest } from './hook-request.ts';

export async function sessionEnd(parts: HookParts, hook: HookRequest): Promise<HookAnswer> {
  const { session } = await exchangeEvent(parts, 'SessionEnd', hook);
  if (session) parts.waiters.dismiss(session);
  return NOTHING;
}
