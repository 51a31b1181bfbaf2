/** The part of the port that push mode uses, over its prepared statements. */
import type { PushStore } from '../../queue/push.ts';
import type { Pushing } from './push.ts';

interface Parts {
  readonly nowMs: () => number;
  readonly read: <T>(run: () => T) => Promise<T>;
  readonly write: <T>(run: () => T) => Promise<T>;
}

export function pushVerbs(pushing: Pushing, { nowMs, read, write }: Parts): Omit<PushStore, 'setMode'> {
  return {
    pushNext: (agent, nonce, isSilent = false) =>
      write(() => pushing.next({ agent, nonce, isSilent }, nowMs())),
    pushBegin: (lease) => write(() => pushing.begin(lease)),
    pushShown: (shown) => write(() => pushing.shown(shown, nowMs())),
    pushTaken: (lease) => write(() => pushing.taken(lease, nowMs())),
    pushHeld: (lease) => write(() => pushing.held(lease)),
    pushUnsent: (lease) => write(() => pushing.unsent(lease)),
    pushRecover: () => write(() => pushing.recover()),
    pushes: () => read(() => pushing.all()),
    pushAgents: () => read(() => pushing.agents(nowMs())),
  };
}
