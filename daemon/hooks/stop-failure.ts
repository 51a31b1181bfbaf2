/** An API error ended the turn: what it had not proven goes back. Nothing that is printed here reaches anybody. */
import { exchangeEvent, NOTHING, type HookAnswer, type HookParts } from './exchange.ts';
import type { HookRequest } from './hook-request.ts';

/** Errors that pass by themselves (Claude Code 2.1.330). */
const LIMITS = ['rate_limit', 'overloaded'];

export async function stopFailure(parts: HookParts, hook: HookRequest): Promise<HookAnswer> {
  const { session } = await exchangeEvent(parts, 'StopFailure', hook);
  if (session?.agent && session.standing === 'bound' && LIMITS.includes(hook.error ?? ''))
    parts.obstacles.report(session.agent, {
      code: 'rate_limited',
      sinceMs: parts.clock.nowMs(),
      nextTryMs: null,
    });
  parts.log.warn({ event: 'turn_failed', agent: session?.agent, error: hook.error }, 'turn failed');
  await parts.restarts.failed(session, hook.error);
  return NOTHING;
}
