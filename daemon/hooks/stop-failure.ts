/** An API error ended the turn: what it had not proven goes back. Nothing that is printed here reaches anybody. */
import { exchangeEvent, NOTHING, type HookAnswer, type HookParts } from './exchange.ts';
import type { HookRequest } from './hook-request.ts';

export async function stopFailure(parts: HookParts, hook: HookRequest): Promise<HookAnswer> {
  const { session } = await exchangeEvent(parts, 'StopFailure', hook);
  parts.log.warn({ event: 'turn_failed', agent: session?.agent, error: hook.error }, 'turn failed');
  await parts.restarts.failed(session, hook.error);
  return NOTHING;
}
