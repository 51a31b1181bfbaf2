/** All parallel tool calls of a step are through: proves what this turn was given, and gives it what has come since. */
import { contextAnswer, exchangeEvent, type HookAnswer, type HookParts } from './exchange.ts';
import type { HookRequest } from './hook-request.ts';

export async function postToolBatch(parts: HookParts, hook: HookRequest): Promise<HookAnswer> {
  return contextAnswer(parts, 'PostToolBatch', hook, await exchangeEvent(parts, 'PostToolBatch', hook));
}
