/** A prompt is about to be processed: a turn begins and takes the mail along. A stale wake is blocked and costs no turn. */
import { contextAnswer, exchangeEvent, NOTHING, type HookAnswer, type HookParts } from './exchange.ts';
import { callerOf } from './caller.ts';
import type { HookRequest } from './hook-request.ts';

/** The human is shown the reason; without the original prompt, which is the client's wrapping of our bell (both pinned versions honour that). */
const BLOCKED = JSON.stringify({
  decision: 'block',
  reason: 'orq: the mail that this wake was for has been delivered',
  hookSpecificOutput: { hookEventName: 'UserPromptSubmit', suppressOriginalPrompt: true },
});

export async function userPromptSubmit(parts: HookParts, hook: HookRequest): Promise<HookAnswer> {
  await parts.push.shown(hook.prompt, callerOf(parts, hook), hook.promptId);
  const exchanged = await exchangeEvent(parts, 'UserPromptSubmit', hook);
  if (exchanged.stale) return { ...NOTHING, body: BLOCKED };
  return contextAnswer(parts, 'UserPromptSubmit', hook, exchanged);
}
