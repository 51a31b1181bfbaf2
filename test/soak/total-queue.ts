/**
 * Judges a ledger as a total queue: what was put in comes out, and nothing else. All is said from the clients' side; of the daemon
 * only the messages that it stores in the end are believed.
 */
import type { Entry, HandedMessage } from './ledger.ts';

export interface Verdict {
  /** Answered to its sender, and neither handed out nor dead with a reason; or still waiting after everybody had drained. */
  readonly lost: readonly string[];
  /** Handed out or stored, and never sent so: another text, another agent, a key stored twice. */
  readonly unexpected: readonly string[];
  /** Handed out while a message that goes before it waited untouched. */
  readonly disordered: readonly string[];
  /** Handed out again unmarked, or after it was answered as seen. */
  readonly repeated: readonly string[];
  readonly enqueued: number;
  readonly handedOut: number;
  /** Handed out more than once, as is allowed: marked. */
  readonly duplicates: number;
  readonly dead: number;
  readonly kills: number;
}

type Of<Op extends Entry['op']> = Extract<Entry, { op: Op }>;
type At<E extends Entry> = E & { readonly at: number };

interface HandOut extends HandedMessage {
  readonly agent: string;
  readonly askedAt: number;
  readonly handedAt: number;
}

export function judgeLedger(ledger: readonly Entry[]): Verdict {
  const entries = ledger.map((entry, at) => ({ ...entry, at }));
  const all = <Op extends Entry['op']>(op: Op) =>
    entries.filter((entry): entry is At<Of<Op>> & (typeof entries)[number] => entry.op === op);
  const sent = new Map(all('enqueue').map((entry) => [entry.key, entry]));
  const answered = new Map(all('enqueued').map((entry) => [entry.key, entry]));
  const stored = all('stored');
  const storedById = new Map(stored.map((entry) => [entry.id, entry]));
  const askedAt = new Map<number, number>();
  // A call that was asked again may have been served by the first asking.
  for (const { call, at } of all('ask')) if (!askedAt.has(call)) askedAt.set(call, at);
  const handOuts: HandOut[] = all('handed').flatMap(({ call, agent, messages, at }) =>
    messages.map((message) => ({ ...message, agent, askedAt: askedAt.get(call) ?? at, handedAt: at })),
  );
  const handedIds = new Set(handOuts.map(({ id }) => id));
  const deadIds = new Set(stored.filter(isDead).map(({ id }) => id));

  const lost = [
    ...[...answered.values()]
      .filter(({ id }) => !storedById.has(id))
      .map(({ key, id }) => `message ${id} (${key}): answered and not stored`),
    ...stored
      .filter(({ id, state }) => !(state === 'delivered' && handedIds.has(id)) && !deadIds.has(id))
      .map(({ id, key, state }) => `message ${id} (${key}): ended ${state} and was never handed out`),
  ];
  const idOfKey = new Map(stored.map(({ key, id }) => [key, id]));
  const unexpected = [
    ...stored
      .filter(({ key, agent }) => sent.get(key ?? '')?.agent !== agent)
      .map(({ id, agent }) => `message ${id}: stored for ${agent}, which nobody sent`),
    ...stored
      .filter(({ key, id }) => idOfKey.get(key) !== id)
      .map(({ key, id }) => `message ${id} (${key}): its key is stored twice`),
    ...[...answered.values()]
      .filter(({ id, key }) => storedById.has(id) && storedById.get(id)?.key !== key)
      .map(({ id, key }) => `message ${id}: answered for ${key}, stored for another key`),
    ...handOuts
      .filter(({ id, key, agent }) => {
        const source = storedById.get(id);
        return source?.key !== key || source.agent !== agent;
      })
      .map(({ id, key, agent }) => `message ${id} (${key}): handed to ${agent}, not stored so`),
  ];
  return {
    lost,
    unexpected,
    disordered: disordered(
      handOuts,
      all('handed'),
      new Map([...answered.values()].map(({ id, at }) => [id, at])),
    ),
    repeated: repeated(handOuts, new Map(all('seen').map(({ id, at }) => [id, at]))),
    enqueued: answered.size,
    handedOut: handedIds.size,
    duplicates: handOuts.length - handedIds.size,
    dead: deadIds.size,
    kills: all('kill').length,
  };
}

const isDead = ({ state, reason }: Of<'stored'>): boolean => state === 'dead' && reason !== null;

const goesBefore = (a: HandedMessage, b: HandedMessage): boolean =>
  a.priority > b.priority || (a.priority === b.priority && a.id < b.id);

/**
 * A message that comes unmarked was never leased before, so that from its enqueue's answer on it waited: nothing that goes after it
 * may have been given to its agent by a call that began in that time.
 */
function disordered(
  handOuts: readonly HandOut[],
  handed: readonly Of<'handed'>[],
  answeredAt: ReadonlyMap<number, number>,
): string[] {
  const within = handed.flatMap(({ messages }) =>
    messages.slice(1).flatMap((message, index) => {
      const before = messages[index];
      return before && !goesBefore(before, message)
        ? [`message ${message.id} after ${before.id} in one answer`]
        : [];
    }),
  );
  const ofAgent = new Map<string, HandOut[]>();
  const overtaken = handOuts.flatMap((waited) => {
    const earlier = ofAgent.get(waited.agent) ?? [];
    ofAgent.set(waited.agent, earlier);
    const sinceAt = answeredAt.get(waited.id);
    const meanwhile: HandOut[] = [];
    if (!waited.marked && sinceAt !== undefined)
      for (let index = earlier.length - 1; index >= 0; index -= 1) {
        const other = earlier[index];
        if (!other || other.handedAt <= sinceAt) break;
        meanwhile.push(other);
      }
    earlier.push(waited);
    return meanwhile
      .filter(({ askedAt, handedAt }) => askedAt > (sinceAt ?? 0) && handedAt < waited.askedAt)
      .filter((other) => goesBefore(waited, other))
      .map(({ id }) => `message ${id} overtook ${waited.id}`);
  });
  return [...within, ...overtaken];
}

function repeated(handOuts: readonly HandOut[], seenAt: ReadonlyMap<number, number>): string[] {
  const given = new Set<number>();
  return handOuts.flatMap(({ id, marked, askedAt }) => {
    const again = given.has(id);
    given.add(id);
    return [
      ...(again && !marked ? [`message ${id}: handed out again, unmarked`] : []),
      ...(askedAt > (seenAt.get(id) ?? Infinity)
        ? [`message ${id}: handed out after it was answered as seen`]
        : []),
    ];
  });
}
