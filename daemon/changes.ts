/**
 * Changes of messages for whoever listens now: numbered, the newest kept, so that a reader who lost its connection goes on where it was.
 * The store is listened to only while somebody reads, and a little longer, because who lost a connection comes back.
 */
import type { Change } from '../src/protocol/change-schema.ts';
import type { QueueStore } from '../src/queue/store.ts';

export interface Told {
  /** Where in the stream it stands: sent back, it says what was read last. */
  readonly position: string;
  readonly change: Change;
}

export interface Reading extends Disposable {
  /** Where the stream stood when the reader joined. */
  readonly position: string;
  /** What came after `position`, as far as it is kept; null where that cannot be told. */
  since(position: string): readonly Told[] | null;
}

export interface Changes extends Disposable {
  /** Calls `reader`, which throws nothing, for every change from now on. */
  join(reader: (told: Told) => void): Promise<Reading>;
}

export interface ChangesOptions {
  readonly store: Pick<QueueStore, 'listen'>;
  readonly newNonce: () => string;
  /** How many changes are kept for readers that come back. */
  readonly keep?: number;
  /** How long the store is listened to after the last reader left; milliseconds. */
  readonly lingerMs?: number;
}

/** One stretch of listening; positions of another stretch mean nothing in it. */
interface Stretch {
  readonly name: string;
  readonly recent: Told[];
  count: number;
  readonly listening: Disposable;
}

export function openChanges({ store, newNonce, keep = 5_000, lingerMs = 60_000 }: ChangesOptions): Changes {
  const readers = new Set<(told: Told) => void>();
  let stretch: Promise<Stretch> | undefined;
  let linger: NodeJS.Timeout | undefined;

  async function begin(): Promise<Stretch> {
    const name = newNonce();
    const recent: Told[] = [];
    const begun = { name, recent, count: 0 };
    const listening = await store.listen((changes) => {
      for (const change of changes) {
        begun.count += 1;
        const told = { position: `${name}.${begun.count}`, change };
        recent.push(told);
        for (const reader of readers) reader(told);
      }
      // Cut by the half, so that a change does not move all others.
      if (recent.length > 2 * keep) recent.splice(0, recent.length - keep);
    });
    return Object.assign(begun, { listening });
  }

  function end(): void {
    const ending = stretch;
    stretch = undefined;
    ending?.then(({ listening }) => listening[Symbol.dispose]()).catch(() => undefined);
  }

  return {
    join: async (reader) => {
      clearTimeout(linger);
      stretch ??= begin();
      const beginning = stretch;
      const current = await beginning.catch((error: unknown) => {
        if (stretch === beginning) stretch = undefined;
        throw error;
      });
      clearTimeout(linger);
      readers.add(reader);
      const { name, recent, count } = current;
      return {
        position: `${name}.${count}`,
        since: (position) => {
          const [of, number] = position.split('.');
          const first = recent.length - (current.count - Number(number));
          const known = of === name && Number(number) <= count && first >= 0;
          return known ? recent.slice(first, recent.length - (current.count - count)) : null;
        },
        [Symbol.dispose]: () => {
          if (readers.delete(reader) && readers.size === 0) linger = setTimeout(end, lingerMs).unref();
        },
      };
    },
    [Symbol.dispose]: () => {
      clearTimeout(linger);
      end();
    },
  };
}
