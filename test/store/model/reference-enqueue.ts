/** What an enqueue stores in the reference: a batch whole or not at all. */
import type { DependencyPolicy, MessageState, Scope } from '../../../src/protocol/message.ts';
import { heldBack } from './reference-flood.ts';
import { sayDone } from './reference.ts';
import { mailOf, refuse } from './reference-refusal.ts';
import { unsent, type Mail, type Queue } from './reference-state.ts';
import { isDeadlocked, placeOf, settle } from './reference-waiting.ts';

export interface Letter {
  readonly agent: string;
  readonly text: string;
  readonly priority?: number;
  readonly delayMs?: number;
  readonly ttlMs?: number;
  readonly idempotencyKey?: string;
  readonly from?: string;
  readonly replyTo?: number;
  readonly scope?: Scope;
  readonly project?: string;
  readonly after?: ({ id: number } | { index: number })[];
  readonly onDependencyFailure?: DependencyPolicy;
  readonly dependencyTimeoutMs?: number;
}

export interface Stored {
  readonly id: number;
  readonly agent: string;
  readonly state: MessageState;
  readonly created: boolean;
  readonly agentKnown: boolean;
}

const namedIds = ({ after = [] }: Letter): number[] =>
  after.flatMap((each) => ('id' in each ? [each.id] : []));
const namedIndexes = ({ after = [] }: Letter): number[] =>
  after.flatMap((each) => ('index' in each ? [each.index] : []));

/** Stores `letters` under the ids that `id` gives, each once for its key; what they wait for may let them go at once. */
export function enqueue(queue: Queue, letters: readonly Letter[], id: () => number): Stored[] {
  const before = new Set(queue.mail.map((mail) => mail.id));
  const stored = letters.map((letter) => put(queue, letter, id, before));
  for (const [position, letter] of letters.entries()) {
    const waitedFor = namedIndexes(letter).map((index) => stored[index]?.id ?? refuse('bad_request'));
    if (!stored[position]?.created) continue;
    mailOf(queue, stored[position].id).awaits = [...new Set([...namedIds(letter), ...waitedFor])];
  }
  const tied = letters.map((letter, position) => {
    const { lane, priority } = mailOf(queue, stored[position]?.id ?? 0);
    return { lane, priority, indexes: namedIndexes(letter) };
  });
  if (isDeadlocked(tied)) refuse('bad_request');
  settle(queue);
  return stored.map((answer) =>
    answer.state === 'blocked' ? { ...answer, state: mailOf(queue, answer.id).state } : answer,
  );
}

function put(queue: Queue, letter: Letter, id: () => number, storedBefore: ReadonlySet<number>): Stored {
  const { agent, idempotencyKey: key = null, text, delayMs = 0, ttlMs = Infinity, from = null } = letter;
  const agentKnown = queue.known.includes(agent);
  const before = queue.mail.find((mail) => key !== null && mail.key === key && mail.address === agent);
  if (before && before.text !== text) refuse('key_conflict');
  if (before) return { id: before.id, agent, state: before.state, created: false, agentKnown };
  const question = letter.replyTo === undefined ? undefined : mailOf(queue, letter.replyTo);
  for (const other of namedIds(letter))
    if (!storedBefore.has(other) && !queue.tombstones.some((each) => each.id === other)) refuse('not_found');
  const wishedAtMs = queue.nowMs + delayMs;
  const waits = (letter.after ?? []).length > 0;
  const { byHops, ...held } = heldBack(queue, { agent, from, wishedAtMs, ttlMs, waits });
  const mail: Mail = {
    ...unsent(queue, agent),
    id: id(),
    key,
    text,
    from,
    replyTo: letter.replyTo ?? null,
    threadId: question ? (question.threadId ??= String(question.id)) : null,
    priority: letter.priority ?? 0,
    lane: laneOf(letter),
    policy: letter.onDependencyFailure ?? 'fail',
    awaitsUntilMs: queue.nowMs + (letter.dependencyTimeoutMs ?? Infinity),
    expiresAtMs: wishedAtMs + ttlMs,
    readyAtMs: wishedAtMs,
    ...held,
  };
  mail.state = byHops ? 'blocked' : placeOf(queue, mail, waits);
  queue.mail.push(mail);
  if (from === question?.agent && (question.state === 'leased' || question.state === 'delivered'))
    sayDone(queue, question);
  return { id: mail.id, agent, state: mail.state, created: true, agentKnown };
}

function laneOf({ scope, project }: Letter): string | null {
  if (scope === 'project') return `project ${project ?? refuse('bad_request')}`;
  return scope === 'global' ? 'all' : null;
}
