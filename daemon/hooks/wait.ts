/** The waiter: a request that is held open until the agent's session has to be woken. */
import type { ServerResponse } from 'node:http';
import type { Services } from '../services.ts';
import { callerOf } from './caller.ts';
import type { HookRequest } from './hook-request.ts';

type Parts = Pick<Services, 'store' | 'processes' | 'waiters' | 'ringer' | 'undecided'>;

/**
 * Parks the request, or says that it may end: under `-p` a waiter would keep the client from exiting, a guest is never woken.
 * Returns false where the caller has to answer with nothing.
 */
export async function wait(parts: Parts, hook: HookRequest, response: ServerResponse): Promise<boolean> {
  if (hook.entrypoint !== 'cli' || hook.subagent) return false;
  const caller = callerOf(parts, hook);
  const session = await parts.store.sessionOf(caller);
  if (session?.standing === 'guest' && session.agent !== null) return false;
  // Also after a start of the daemon, which knows of none.
  if (session?.agent === null) parts.undecided.add(hook);
  if (response.destroyed) return true;
  // The event that armed it may not have been heard yet: both hooks run at once. Its exchange looks for this waiter afterwards.
  parts.waiters.park(caller, response);
  if (session?.agent) await parts.ringer.consider(session.agent);
  return true;
}
