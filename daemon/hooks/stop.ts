/** The agent finished its answer: proves what this turn was given; with mail the turn goes on, without the session is idle. */
import { beside, contextAnswer, exchangeEvent, type HookAnswer, type HookParts } from './exchange.ts';
import type { HookRequest } from './hook-request.ts';

export async function stop(parts: HookParts, hook: HookRequest): Promise<HookAnswer> {
  const exchanged = await exchangeEvent(parts, 'Stop', hook);
  await beside(parts, parts.restarts.succeeded(exchanged.session));
  return contextAnswer(parts, 'Stop', hook, exchanged);
}
