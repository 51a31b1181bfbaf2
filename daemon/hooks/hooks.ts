/** Event name → what it does: one file each. */
import type { HookEventName } from '../../src/protocol/agent.ts';
import type { HookAnswer, HookParts } from './exchange.ts';
import type { HookRequest } from './hook-request.ts';
import { notification } from './notification.ts';
import { permissionRequest } from './permission-request.ts';
import { postCompact } from './post-compact.ts';
import { postToolBatch } from './post-tool-batch.ts';
import { preCompact } from './pre-compact.ts';
import { sessionEnd } from './session-end.ts';
import { sessionStart } from './session-start.ts';
import { stopFailure } from './stop-failure.ts';
import { stop } from './stop.ts';
import { userPromptSubmit } from './user-prompt-submit.ts';

export const HOOKS: Record<HookEventName, (parts: HookParts, hook: HookRequest) => Promise<HookAnswer>> = {
  SessionStart: sessionStart,
  UserPromptSubmit: userPromptSubmit,
  PostToolBatch: postToolBatch,
  Stop: stop,
  StopFailure: stopFailure,
  PermissionRequest: permissionRequest,
  Notification: notification,
  PreCompact: preCompact,
  PostCompact: postCompact,
  SessionEnd: sessionEnd,
};
