/** Sessions in the reference: whose life an event belongs to, which turn, what it proves, returns and hands out. */
import type { HookEventName } from '../../../src/protocol/agent.ts';
import { brief, fitting, hasSeenPart, nextPart, partsOf } from './reference-handout.ts';
import { giveBack, lease, waiting } from './reference.ts';
import { end } from './reference-ends.ts';
import type { Life, Mail, Queue } from './reference-state.ts';
import { settle } from './reference-waiting.ts';

/** Stops of one turn that may hand out. */
const CONTINUATIONS = 5;

export interface Said {
  readonly sessionId: string;
  readonly pid: number;
  readonly agent: string;
  readonly mayBind: boolean;
  readonly event: HookEventName;
  readonly prompt: string | null;
  readonly subagent: boolean;
  readonly compacted: boolean;
  readonly onlyBell: boolean;
  /** The client has given up: nothing may be leased. */
  readonly late: boolean;
  /** How much may be printed of messages; UTF-16 units. */
  readonly units: number;
  /** The daemon looked: the process of the agent's bound session is gone. */
  readonly boundIsGone: boolean;
}

export function boundTo(queue: Queue, agent: string): Life | undefined {
  return queue.lives.find((life) => life.agent === agent && life.standing === 'bound');
}

/** The newest life of a process under a session id. */
export function lifeOf(queue: Queue, { sessionId, pid }: { sessionId: string; pid: number }) {
  return queue.lives.findLast((life) => life.sessionId === sessionId && life.pid === pid);
}

export function endLife(queue: Queue, life: Life, died: boolean): void {
  for (const mail of heldBy(queue, life))
    giveBack(queue, mail, died && life.hasProven && mail.lease?.injected === true && !mail.isBriefing);
  Object.assign(life, { standing: 'ended', state: 'ended', endedAtMs: queue.nowMs });
}

const heldBy = (queue: Queue, life: Life): Mail[] =>
  queue.mail.filter((mail) => mail.lease?.life === life.key);

/** Only a `UserPromptSubmit` with a new prompt, or an event of a turn whose prompt nobody reported, begins a turn. */
function beginsTurn(life: Life, { event, prompt }: Said): boolean {
  const other = prompt !== null && prompt !== life.prompt;
  if (event === 'UserPromptSubmit') return other || prompt === null;
  return (event === 'PostToolBatch' || event === 'Stop') && (other || life.prompt === null);
}

function openLife(queue: Queue, { sessionId, pid, agent, mayBind, boundIsGone }: Said): Life {
  for (const life of queue.lives)
    if (life.pid === pid && life.standing !== 'ended') endLife(queue, life, false);
  const bound = boundTo(queue, agent);
  const takesOver = mayBind && (!bound || boundIsGone);
  if (bound && takesOver) endLife(queue, bound, true);
  queue.livesSoFar += 1;
  const life: Life = {
    key: queue.livesSoFar,
    sessionId,
    pid,
    agent,
    standing: takesOver ? 'bound' : 'guest',
    endedAtMs: Infinity,
    state: 'idle',
    prompt: null,
    turn: 0,
    inTurn: false,
    continuations: 0,
    hasProven: false,
    justStarted: false,
  };
  queue.lives.push(life);
  return life;
}

/** The life that an event belongs to; none for a life that is over, or for an event that begins none. */
function livedBy(queue: Queue, said: Said): Life | undefined {
  const { event, subagent } = said;
  const known = lifeOf(queue, said);
  const starts = event === 'SessionStart' && !said.compacted;
  if (known && known.standing !== 'ended' && (!starts || known.justStarted)) {
    const prompts = event === 'UserPromptSubmit' && !subagent && said.mayBind;
    const bound = boundTo(queue, known.agent);
    if (known.standing === 'guest' && prompts && (!bound || said.boundIsGone)) {
      if (bound) endLife(queue, bound, true);
      known.standing = 'bound';
    }
    return known;
  }
  if ((known?.standing === 'ended' && !starts) || event === 'SessionEnd' || subagent) return undefined;
  return openLife(queue, said);
}

/** One hook event; replies with what it hands out. */
export function happen(queue: Queue, said: Said): Mail[] {
  const life = livedBy(queue, said);
  if (!life || said.subagent) return [];
  const before = { ...life };
  const begins = beginsTurn(life, said);
  if (begins) {
    life.turn += 1;
    life.prompt = said.prompt ?? `turn ${life.turn}`;
    life.continuations = 0;
  }
  moveState(life, said, begins);
  life.justStarted = said.event === 'SessionStart' && !said.compacted;
  if (life.state === 'ended') {
    endLife(queue, life, false);
    return [];
  }
  if (life.standing !== 'bound') return [];

  const { event } = said;
  const atWork = event === 'PostToolBatch' || event === 'Stop';
  if (atWork && prove(queue, life) > 0) settle(queue);
  const starts = event === 'SessionStart' && !said.compacted;
  const isOfTurn = ({ lease: held }: Mail): boolean => held !== null && held.turn === life.turn;
  for (const mail of heldBy(queue, life))
    if (mail.lease?.turn !== null && (event === 'StopFailure' || starts || (begins && !isOfTurn(mail))))
      giveBack(queue, mail, false);
  if (said.compacted) brief(queue, life.agent);
  const given = said.late ? [] : handOut(queue, life, said, begins);
  if (event === 'UserPromptSubmit' && begins && said.onlyBell && !said.late && given.length === 0)
    // A stale wake: it is blocked, so that the turn never began.
    Object.assign(life, before);
  if (event === 'Stop' && given.length > 0)
    Object.assign(life, { state: 'busy', inTurn: true, continuations: life.continuations + 1 });
  if (event === 'Stop' && given.length === 0)
    for (const mail of queue.mail)
      if (mail.open?.life === life.key && mail.open.turn === life.turn) mail.open = null;
  return given;
}

/** What an event brings: with a start a briefing, else the next part of what has begun, else what fits. */
function handOut(queue: Queue, life: Life, { event, units }: Said, begins: boolean): Mail[] {
  const { key, sessionId, turn } = life;
  const next = waiting(queue, life.agent);
  if (event === 'SessionStart') {
    const briefings = next.slice(0, 1).filter(({ isBriefing }) => isBriefing);
    for (const mail of briefings) lease(mail, { life: key, sessionId, turn: null });
    return briefings;
  }
  const mayHandOut =
    event === 'Stop' ? life.continuations < CONTINUATIONS : event === 'PostToolBatch' || begins;
  if (!mayHandOut) return [];
  const begun = heldBy(queue, life).find(hasSeenPart);
  if (begun) return [nextPart(begun, turn)];
  const given = fitting(next, units);
  const partsLeft = given.length === 0 && next[0] ? partsOf(next[0], units) - 1 : null;
  const run = partsLeft === null ? given : next.slice(0, 1);
  for (const mail of run) lease(mail, { life: key, sessionId, turn, partsLeft });
  return run;
}

function moveState(life: Life, { event, compacted }: Said, begins: boolean): void {
  if (event === 'SessionStart' && !compacted)
    Object.assign(life, { state: 'idle', prompt: null, inTurn: false, continuations: 0 });
  if (begins || event === 'PostToolBatch') Object.assign(life, { state: 'busy', inTurn: true });
  if (event === 'Stop') Object.assign(life, { state: 'idle', inTurn: false });
  if (event === 'StopFailure') Object.assign(life, { state: 'failed', inTurn: false });
  if (event === 'PermissionRequest') life.state = 'needs_human';
  if (event === 'PreCompact') life.state = 'compacting';
  if (event === 'PostCompact') life.state = life.inTurn ? 'busy' : 'idle';
  if (event === 'SessionEnd') life.state = 'ended';
}

/** What this turn injected and its client confirmed has been seen, and what a start did; of parts they were seen, and the message goes on. */
function prove(queue: Queue, life: Life): number {
  const proven = heldBy(queue, life).filter(
    ({ lease: held }) => held?.injected && (held.turn ?? life.turn) === life.turn,
  );
  const whole = proven.filter(({ lease: held }) => !held?.partsLeft);
  for (const { lease: held } of proven) if (held?.partsLeft) held.turn = null;
  for (const mail of whole) {
    end(queue, mail, 'delivered');
    mail.receipts.push('seen');
    if (!mail.isBriefing) mail.open = { life: life.key, turn: life.turn };
    life.hasProven = true;
  }
  return whole.length;
}
