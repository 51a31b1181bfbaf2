/** What the few events that begin, compact or break a session tell of its life. */
import type { HookEventName } from '../../src/protocol/agent.ts';
import type { LifeFact } from '../../src/queue/context.ts';
import type { HookRequest } from './hook-request.ts';

/** Null for an event that tells nothing of it. That a session ends is written where it ends. */
export function lifeOf(event: HookEventName, hook: HookRequest): LifeFact | null {
  const { source, trigger, error, transcriptPath, cwd, compactSummary } = hook;
  const fact = { transcriptPath, folder: null, summary: null };
  switch (event) {
    case 'SessionStart':
      // A compaction tells of itself before and after; `cwd` has moved by then.
      return source === 'compact' ? null : { ...fact, kind: 'session_start', reason: source, folder: cwd };
    case 'PreCompact':
      return { ...fact, kind: 'pre_compact', reason: trigger };
    case 'PostCompact':
      return { ...fact, kind: 'post_compact', reason: trigger, summary: compactSummary };
    case 'StopFailure':
      return { ...fact, kind: 'stop_failure', reason: error };
    default:
      return null;
  }
}
