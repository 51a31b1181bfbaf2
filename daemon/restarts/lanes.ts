/** Work on tmux servers, one piece at a time for each: a server that does not answer keeps no other one waiting. */
export interface Lanes extends AsyncDisposable {
  /** Begins the work, unless some is under way at that server: what is left is found by the next sweep. */
  run(server: string | null, work: () => Promise<void>): void;
}

export function openLanes(onError: (error: unknown) => void): Lanes {
  const underWay = new Map<string | null, Promise<void>>();
  return {
    run: (server, work) => {
      if (underWay.has(server)) return;
      const run = work()
        .catch(onError)
        .finally(() => underWay.delete(server));
      underWay.set(server, run);
    },
    [Symbol.asyncDispose]: async () => void (await Promise.all(underWay.values())),
  };
}
