/** The client wants attention: a dialog that waits for somebody is shown, any other notice changes nothing. */
import { exchangeEvent, NOTHING, type HookAnswer, type HookParts } from './exchange.ts';
import type { HookRequest } from './hook-request.ts';
import { tellOfNeed } from './needs-human.ts';

export async function notification(parts: HookParts, hook: HookRequest): Promise<HookAnswer> {
  const { notificationType, message } = hook;
  const told = { needsHuman: needsHuman(notificationType) };
  const exchanged = await exchangeEvent(parts, 'Notification', hook, told);
  tellOfNeed(parts, 'Notification', exchanged);
  await parts.restarts.noticed(exchanged.session, notificationType, message);
  return NOTHING;
}

/** Of the `elicitation_` kinds two say that the dialog is over (Claude Code 2.1.330). */
function needsHuman(type: string | null): boolean {
  if (type === 'permission_prompt' || type === 'agent_needs_input') return true;
  return (
    type !== null &&
    type.startsWith('elicitation_') &&
    type !== 'elicitation_complete' &&
    type !== 'elicitation_response'
  );
}
