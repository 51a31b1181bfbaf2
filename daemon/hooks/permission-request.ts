/** A permission dialog opens: the agent needs a human. Printing anything would answer for them. */
import { exchangeEvent, NOTHING, type HookAnswer, type HookParts } from './exchange.ts';
import type { HookRequest } from './hook-request.ts';
import { tellOfNeed } from './needs-human.ts';

export async function permissionRequest(parts: HookParts, hook: HookRequest): Promise<HookAnswer> {
  tellOfNeed(parts, 'PermissionRequest', await exchangeEvent(parts, 'PermissionRequest', hook));
  return NOTHING;
}
