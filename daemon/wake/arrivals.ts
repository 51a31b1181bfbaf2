/** Who waits for mail of an agent inside this process: parked dequeues. A waiter's bell is the ringer's. */

export interface Arrivals {
  /** Resolves when mail of the agent may have become ready, when `ms` are over, or when `signal` aborts. */
  next(agent: string, ms: number, signal: AbortSignal): Promise<void>;
  announce(agents: Iterable<string>): void;
}

export function openArrivals(): Arrivals {
  const waiting = new Map<string, Set<() => void>>();
  return {
    next: (agent, ms, signal) =>
      new Promise((resolve) => {
        const waiters = waiting.get(agent) ?? new Set();
        waiting.set(agent, waiters);
        const settle = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', settle);
          waiters.delete(settle);
          if (waiters.size === 0) waiting.delete(agent);
          resolve();
        };
        const timer = setTimeout(settle, ms);
        signal.addEventListener('abort', settle, { once: true });
        waiters.add(settle);
        if (signal.aborted) settle();
      }),
    announce: (agents) => {
      for (const agent of agents) for (const settle of waiting.get(agent) ?? []) settle();
    },
  };
}
