/** Plays a step against the subject and the reference, and compares what they answer. */
import assert from 'node:assert/strict';
import { OrqError } from '../../../src/protocol/errors.ts';
import type { Enqueued } from '../../../src/protocol/schemas.ts';
import {
  acknowledge,
  cancel,
  confirm,
  dequeue,
  done,
  drop,
  extend,
  notPrinted,
  promote,
  recover,
  redrive,
  requeue,
  stepClock,
} from './reference.ts';
import { letterOf, picked } from './drafts.ts';
import { learnFromOrq, observeToken } from './observe.ts';
import { enqueue } from './reference-enqueue.ts';
import { release } from './reference-flood.ts';
import { attempt } from './reference-refusal.ts';
import { saidBy, type Speakers } from './said.ts';
import { endLife, happen } from './reference-lives.ts';
import { prune, RETENTION_MS } from './reference-retention.ts';
import type { Mail, Queue } from './reference-state.ts';
import { settle } from './reference-waiting.ts';
import type { Step, StepOf, TokenWord } from './steps.ts';
import type { Given, Subject } from './subject.ts';

/** An answer that nobody has confirmed or lost yet. */
interface Unanswered {
  readonly given: Given;
  readonly leases: readonly { id: number; token: number }[];
}

export interface Play extends Speakers {
  readonly subject: Subject;
  readonly queue: Queue;
  readonly unanswered: Unanswered[];
}

/** A store rests a minute between two walks over what has ended. */
const BETWEEN_PRUNINGS_MS = 61_000;

type Answer<T> = { value: T } | { refused: string };

async function answerOf<T>(call: Promise<T>): Promise<Answer<T>> {
  try {
    return { value: await call };
  } catch (error) {
    if (error instanceof OrqError) return { refused: error.code };
    throw error;
  }
}

/** Only tokens that were given out: a holder has no other. */
function tokenOf({ token, tokensBefore }: Mail, word: TokenWord): { leaseToken?: number } {
  const said = word === 'stale' ? tokensBefore.at(-1) : token;
  return word === 'none' || !said ? {} : { leaseToken: said };
}

type Players = { readonly [Verb in Step['verb']]: (play: Play, step: StepOf<Verb>) => Promise<void> };

/** Verbs that name one message, more often than not a leased one: skipped where there is none. */
async function settleOne(
  { queue }: Play,
  pick: number,
  act: (mail: Mail) => { asked: Promise<{ state: string }>; expected: () => string },
): Promise<void> {
  const leased = queue.mail.filter(({ lease }) => lease !== null);
  const mail = picked(pick % 3 > 0 && leased.length > 0 ? leased : queue.mail, pick);
  if (!mail) return;
  const { asked, expected } = act(mail);
  assert.deepEqual(await answerOf(asked.then(({ state }) => state)), attempt(queue, expected));
}

/** Verbs for dead letters, more often than not of one. */
async function answerForDead(
  queue: Queue,
  pick: number,
  act: (id: number) => { asked: Promise<{ state: string }>; expected: () => string },
): Promise<void> {
  const dead = queue.mail.filter(({ state }) => state === 'dead');
  const mail = picked(pick % 4 > 0 && dead.length > 0 ? dead : queue.mail, pick);
  if (!mail) return;
  const { asked, expected } = act(mail.id);
  assert.deepEqual(await answerOf(asked.then(({ state }) => state)), attempt(queue, expected));
}

const PLAYERS: Players = {
  enqueue: async ({ subject, queue }, { drafts }) => {
    const letters = drafts.map((draft) => letterOf(queue, draft));
    const answer = await answerOf(subject.enqueue(letters));
    const ids = 'value' in answer ? answer.value.filter(({ created }) => created).map(({ id }) => id) : [];
    const last = queue.mail.at(-1)?.id ?? 0;
    const newer = ids.every((id, index) => id > (ids[index - 1] ?? last));
    assert.ok(newer, `ids grow: ${ids.join(', ')} after ${last}`);
    let unstored = 0;
    const expected = attempt(queue, () => enqueue(queue, letters, () => ids.shift() ?? (unstored -= 1)));
    assert.deepEqual('value' in answer ? { value: answer.value.map(stored) } : answer, expected);
  },

  dequeue: async ({ subject, queue }, { agent, max, visibilityMs, requestId, ack }) => {
    const finished = ack.flatMap(({ pick, token }) => {
      const mail = picked(
        queue.mail.filter(({ lease }) => lease?.life === null),
        pick,
      );
      return mail ? [{ id: mail.id, leaseToken: mail.token, ...tokenOf(mail, token) }] : [];
    });
    const request = {
      agent,
      max,
      visibilityMs,
      ack: finished,
      ...(requestId !== undefined && { requestId }),
    };
    const answer = await answerOf(subject.dequeue(request));
    const expected = attempt(queue, () => dequeue(queue, request).map(handed));
    if ('value' in answer) for (const { id, leaseToken } of answer.value) observeToken(queue, id, leaseToken);
    assert.deepEqual('value' in answer ? { value: answer.value.map(shown) } : answer, expected);
  },

  event: async (play, step) => {
    const { subject, queue } = play;
    const said = saidBy(play, step);
    const given = await subject.event(said);
    const expected = happen(queue, said);
    settle(queue);
    await learnFromOrq(subject, queue);
    assert.deepEqual(given.messages.map(shown), expected.map(handed));
    if (expected.length === 0) return;
    const leases: { id: number; token: number }[] = [];
    for (const message of await subject.list())
      if (message.lease && expected.some(({ id }) => id === message.id))
        leases.push({ id: message.id, token: message.lease.token });
    for (const { id, token } of leases) observeToken(queue, id, token);
    const answer = { given, leases };
    if (step.after === 'silent') play.unanswered.push(answer);
    else await answered(play, answer, step.after === 'printed');
  },

  answer: async (play, { pick, isPrinted }) => {
    const late = picked(play.unanswered, pick);
    if (!late) return;
    play.unanswered.splice(play.unanswered.indexOf(late), 1);
    await answered(play, late, isPrinted);
  },

  ack: (play, { pick, token }) =>
    settleOne(play, pick, (mail) => {
      const request = { id: mail.id, ...tokenOf(mail, token) };
      return {
        asked: play.subject.ack(request),
        expected: () => acknowledge(play.queue, request.id, request.leaseToken),
      };
    }),

  requeue: (play, { pick, token, more }) =>
    settleOne(play, pick, (mail) => {
      const request = { id: mail.id, ...tokenOf(mail, token), ...more };
      return { asked: play.subject.requeue(request), expected: () => requeue(play.queue, request) };
    }),

  extend: async (play, { pick, token, visibilityMs }) => {
    let leaseUntilMs: number | undefined;
    let id = 0;
    await settleOne(play, pick, (mail) => {
      const request = { id: mail.id, ...tokenOf(mail, token), visibilityMs };
      ({ id } = mail);
      const asked = play.subject.extend(request).then((extended) => {
        ({ leaseUntilMs } = extended);
        return extended;
      });
      return { asked, expected: () => extend(play.queue, request) };
    });
    const until = play.queue.mail.find((mail) => mail.id === id)?.lease?.untilMs;
    if (leaseUntilMs !== undefined) assert.equal(leaseUntilMs, until, `end of the lease of message ${id}`);
  },

  redrive: ({ subject, queue }, { pick }) =>
    answerForDead(queue, pick, (id) => ({
      asked: subject.redrive(id),
      expected: () => redrive(queue, id),
    })),

  drop: ({ subject, queue }, { pick }) =>
    answerForDead(queue, pick, (id) => ({ asked: subject.drop(id), expected: () => drop(queue, id) })),

  release: async ({ subject, queue }, { pick }) => {
    const held = queue.mail.filter((mail) => mail.held);
    const mail = picked(pick % 4 > 0 && held.length > 0 ? held : queue.mail, pick);
    if (!mail) return;
    const asked = subject.release({ id: mail.id }).then(({ state }) => state);
    assert.deepEqual(
      await answerOf(asked),
      attempt(queue, () => release(queue, mail.id)),
    );
  },

  caps: ({ subject, queue }, { caps }) => {
    queue.caps = caps;
    return subject.setCaps(caps);
  },

  cancel: (play, { pick, force }) =>
    settleOne(play, pick, ({ id }) => ({
      asked: play.subject.cancel({ id, force }),
      expected: () => cancel(play.queue, id, force),
    })),

  done: (play, { pick }) =>
    settleOne(play, pick, ({ id }) => ({
      asked: play.subject.done({ id }),
      expected: () => done(play.queue, id),
    })),

  die: async ({ subject, queue, pids }, { process }) => {
    const pid = pids[process] ?? 0;
    await subject.die(pid);
    for (const life of queue.lives)
      if (life.pid === pid && life.standing !== 'ended') endLife(queue, life, true);
    pids[process] = subject.newPid();
  },

  pass: async ({ subject, queue }, { ms }) => {
    await subject.pass(ms);
    queue.nowMs += ms;
  },

  step: async ({ subject, queue }, { ms }) => {
    await subject.step(ms);
    stepClock(queue, ms);
    promote(queue);
  },

  promote: async ({ subject, queue }) => {
    await subject.promote();
    promote(queue);
  },

  prune: async ({ subject, queue }) => {
    queue.nowMs += BETWEEN_PRUNINGS_MS;
    await subject.prune(BETWEEN_PRUNINGS_MS, RETENTION_MS);
    prune(queue);
  },

  restart: async ({ subject, queue, unanswered }) => {
    unanswered.length = 0;
    await subject.restart();
    recover(queue);
  },
};

export async function playStep(play: Play, step: Step): Promise<void> {
  const player = PLAYERS[step.verb] as (play: Play, step: Step) => Promise<void>;
  await player(play, step);
  settle(play.queue);
  await learnFromOrq(play.subject, play.queue);
  await play.subject.ripen(play.queue);
}

async function answered({ queue }: Play, { given, leases }: Unanswered, isPrinted: boolean): Promise<void> {
  await (isPrinted ? given.confirm() : given.lose());
  for (const { id, token } of leases) (isPrinted ? confirm : notPrinted)(queue, id, token);
}

const stored = ({ id, agent, state, created, agentKnown }: Enqueued) => ({
  id,
  agent,
  state,
  created,
  agentKnown,
});
const handed = ({ id, attempts }: Mail) => ({ id, mayHaveBeenSeen: attempts > 1 });
const shown = ({ id, mayHaveBeenSeen }: { id: number; mayHaveBeenSeen: boolean }) => ({
  id,
  mayHaveBeenSeen,
});
