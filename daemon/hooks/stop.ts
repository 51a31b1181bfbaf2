/** The agent finished its answer: proves what this turn was given; with mail the turn goes on, without the session is idle. */
import { contextAnswer, exchangeEvent, type HookAnswer, type HookParts } from './exchange.ts';
import type { HookRequest } from './hook-request.ts';

export async function stop(parts: HookParts, hook: HookRequest): Promise<HookAnswer> {
  return contextAnswer(parts, 'Stop', hook, await exchangeEvent(parts, 'Stop', hook));
}
