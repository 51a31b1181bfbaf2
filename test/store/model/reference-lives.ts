/** Sessions in the reference: whose life an event belongs to, which turn, what it proves, returns and hands out. */
import type { HookEventName } from '../../../src/protocol/agent.ts';
import { fenced, NONCE_LENGTH } from '../../../src/queue/fence.ts';
import { giveBack, lease, settle, waiting } from './reference.ts';
import type { Life, Mail, Queue } from './reference-state.ts';

const WHOLE = { kind: 'whole' } as const;

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
    giveBack(queue, mail, died && life.hasProven && mail.lease?.injected === true);
  life.standing = 'ended';
  life.state = 'ended';
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
  const life: Life = {
    key: queue.lives.length + 1,
    sessionId,
    pid,
    agent,
    standing: takesOver ? 'bound' : 'guest',
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
  if (atWork) prove(queue, life);
  const starts = event === 'SessionStart' && !said.compacted;
  for (const mail of heldBy(queue, life))
    if (event === 'StopFailure' || starts || (begins && mail.lease?.turn !== life.turn))
      giveBack(queue, mail, false);
  const mayHandOut = event === 'Stop' ? life.continuations < CONTINUATIONS : atWork || begins;
  const given = mayHandOut && !said.late ? fitting(waiting(queue, life.agent), said.units) : [];
  const { sessionId, turn } = life;
  for (const mail of given) lease(mail, { life: life.key, sessionId, turn });
  if (event === 'UserPromptSubmit' && begins && said.onlyBell && !said.late && given.length === 0)
    // A stale wake: it is blocked, so that the turn never began.
    Object.assign(life, before);
  if (event === 'Stop' && given.length > 0)
    Object.assign(life, { state: 'busy', inTurn: true, continuations: life.continuations + 1 });
  if (event === 'Stop' && given.length === 0)
    for (const mail of queue.mail)
      if (mail.open?.life === life.key && mail.open.turn === turn) mail.open = null;
  return given;
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

/** What this turn injected and its client confirmed has been seen. */
function prove(queue: Queue, life: Life): void {
  for (const mail of heldBy(queue, life)) {
    if (!mail.lease?.injected || mail.lease.turn !== life.turn) continue;
    settle(mail, 'delivered');
    mail.receipts.push('seen');
    mail.open = { life: life.key, turn: life.turn };
    life.hasProven = true;
  }
}

/** Whole and in order: nothing overtakes what does not fit. */
function fitting(mail: readonly Mail[], units: number): Mail[] {
  let left = units;
  const end = mail.findIndex((each) => (left -= lengthOf(each)) < 0);
  return mail.slice(0, end < 0 ? undefined : end);
}

function lengthOf({ attempts, isNotice, ...mail }: Mail): number {
  const facts = { threadId: null, mayHaveBeenSeen: attempts > 0, notice: isNotice, form: WHOLE };
  return fenced({ ...mail, ...facts }, '0'.repeat(NONCE_LENGTH)).length;
}
