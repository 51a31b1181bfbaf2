/** Who waits for mail of an agent inside this process: parked dequeues. A waiter's bell is the ringer's. */

/** Why a wait is over: mail may have become ready, the time is spent, or nobody is there to answer any more. */
export type WaitEnd = 'mail' | 'time' | 'gone';

export interface Arrivals {
  /** Waits for mail of the agent with this id, at most `ms`; `signal` aborts when the caller is gone. */
  next(agent: string, ms: number, signal: AbortSignal): Promise<WaitEnd>;
  announce(agents: Iterable<string>): void;
  /** Whom addresses mean may be another now: everybody who waits looks again. */
  relook(): void;
  /** Ends all waits, and every later one at once: the daemon stops. */
  cut(): void;
}

export function openArrivals(): Arrivals {
  const waiting = new Map<string, Set<(end: WaitEnd) => void>>();
  let isCut = false;
  function end(how: WaitEnd): void {
    for (const waiters of waiting.values()) for (const settle of waiters) settle(how);
  }
  return {
    next: (agent, ms, signal) =>
      new Promise((resolve) => {
        const waiters = waiting.get(agent) ?? new Set();
        waiting.set(agent, waiters);
        const settle = (end: WaitEnd): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', gone);
          waiters.delete(settle);
          if (waiters.size === 0) waiting.delete(agent);
          resolve(end);
        };
        const gone = (): void => settle('gone');
        const timer = setTimeout(() => settle('time'), ms);
        signal.addEventListener('abort', gone, { once: true });
        waiters.add(settle);
        if (signal.aborted || isCut) gone();
      }),
    announce: (agents) => {
      for (const agent of agents) for (const settle of waiting.get(agent) ?? []) settle('mail');
    },
    relook: () => end('mail'),
    cut: () => {
      isCut = true;
      end('gone');
    },
  };
}
