/** What blocks messages in the reference: the ends of others that they wait for, and their place in a lane. Every pair is looked at until nothing moves. */
import type { MessageState } from '../../../src/protocol/message.ts';
import { die } from './reference-ends.ts';
import { isOver, type Mail, type Queue } from './reference-state.ts';

/** How a message stands or ended, also of one that is forgotten; undefined: nobody stored it. */
function stateOfId(queue: Queue, id: number): MessageState | undefined {
  const is = (each: { id: number }): boolean => each.id === id;
  return (queue.mail.find(is) ?? queue.tombstones.find(is))?.state;
}

export function isOverById(queue: Queue, id: number): boolean {
  const state = stateOfId(queue, id);
  return state !== undefined && isOver({ state });
}

/** Every verb ends with it. */
export function settle(queue: Queue): void {
  while (decideOne(queue));
  for (const mail of queue.mail) {
    if (mail.state !== 'blocked' || mail.awaits.length > 0 || mail.held) continue;
    if (mail.readyAtMs > queue.nowMs) mail.state = 'scheduled';
    else if (mail.lane === null) mail.state = 'ready';
  }
  const standing = queue.mail.filter(standsInLane);
  const free = standing.filter((mail) => !standing.some((other) => comesBefore(other, mail)));
  for (const mail of free) if (mail.state === 'blocked') mail.state = 'ready';
}

const standsInLane = (mail: Mail): boolean =>
  mail.lane !== null && !isOver(mail) && mail.state !== 'scheduled' && mail.awaits.length === 0 && !mail.held;

const comesBefore = (other: Mail, mail: Mail): boolean =>
  other.lane === mail.lane && other.id < mail.id && other.priority >= mail.priority;

/** The end of one message decides about one that waits for it; false: there is nothing to decide. */
function decideOne(queue: Queue): boolean {
  for (const mail of queue.mail)
    for (const id of mail.awaits) {
      const end = stateOfId(queue, id);
      if (end === undefined || !isOver({ state: end })) continue;
      if (end === 'delivered' || mail.policy === 'release')
        mail.awaits = mail.awaits.filter((other) => other !== id);
      else if (mail.policy === 'fail') die(queue, mail);
      else continue;
      return true;
    }
  return false;
}

/** Where a message goes before it is known whether it has to wait there. */
export function placeOf(queue: Queue, { lane, readyAtMs }: Mail, waits: boolean): MessageState {
  if (waits) return 'blocked';
  if (readyAtMs > queue.nowMs) return 'scheduled';
  return lane === null ? 'ready' : 'blocked';
}

/** Whoever waited too long goes where its policy is `release`, and is dead elsewhere. */
export function stopWaiting(queue: Queue): void {
  for (const mail of queue.mail) {
    if (mail.awaits.length === 0 || mail.awaitsUntilMs > queue.nowMs) continue;
    if (mail.policy === 'release') mail.awaits = [];
    else die(queue, mail);
  }
}

/** What one message of a batch waits for in that batch: positions, and its place in a lane. */
export interface Tied {
  readonly lane: string | null;
  readonly priority: number;
  readonly indexes: readonly number[];
}

/** Whether messages of a batch wait for each other: whoever waits for nobody is taken out, until nobody is left or nobody can go. */
export function isDeadlocked(batch: readonly Tied[]): boolean {
  let left = [...batch.entries()];
  for (;;) {
    const goes = left.filter(
      ([index, tied]) =>
        !left.some(
          ([other, { lane, priority }]) =>
            tied.indexes.includes(other) ||
            (lane !== null && lane === tied.lane && other < index && priority >= tied.priority),
        ),
    );
    if (goes.length === 0) return left.length > 0;
    left = left.filter((each) => !goes.includes(each));
  }
}
