/** A point where a scripted answer stops until the test lets it go on. */
export interface Gate {
  /** Resolves when the answer stands at the gate. */
  readonly reached: Promise<void>;
  open(): void;
  /** For the answering side: says that it arrived, then waits. */
  pass(): Promise<void>;
}

function fired(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

export function closedGate(): Gate {
  const arrival = new AbortController();
  const opening = new AbortController();
  const reached = fired(arrival.signal);
  const opened = fired(opening.signal);
  return {
    reached,
    open: () => opening.abort(),
    pass: () => {
      arrival.abort();
      return opened;
    },
  };
}
