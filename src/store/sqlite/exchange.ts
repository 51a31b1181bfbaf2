/** The verb of hooks, in one transaction: what this event says of its session, what it proves to be seen, and what the session gets next. */
import { afterHandOut, effectOf, lastEventOf, type Effect } from '../../agents/session.ts';
import type { Observed } from '../../protocol/agent.ts';
import { chosen, partsAfter } from '../../queue/handout.ts';
import type { Exchange, Exchanged, HandedOut, Happening } from '../../queue/exchange.ts';
import type { Briefings } from './briefing.ts';
import type { Contexts } from './context.ts';
import type { Database } from './database.ts';
import type { Leases } from './lease.ts';
import { prepareLives } from './life.ts';
import type { Order } from './order.ts';
import type { Parts } from './part.ts';
import type { Receipts } from './receipt.ts';
import type { References } from './reference.ts';
import type { SessionRow, Sessions } from './session.ts';

/** Rides on message_leased; few at a time, so that they may be sorted. What this turn injected and the client confirmed, and the message of which parts are left. */
const SELECT_INJECTED = `
  SELECT id, ifnull(lease_parts_left, 0) > 0 AS inParts, enqueued_at_ms AS enqueuedAtMs FROM message INDEXED BY message_leased
   WHERE lease_session = @session AND ifnull(lease_prompt_id, @promptId) = @promptId AND lease_injected = 1 AND state = 'leased' ORDER BY id`;

/** Rides on the primary key. The token grows as with an ack: only the holder's own stands one behind. */
const PROVE = `
  UPDATE message
     SET state = 'delivered', lease_token = lease_token + 1, ended_at_ms = @nowMs, open = 1 - briefing, seen_session = @session, seen_prompt_id = @promptId,
         leased_at_ms = NULL, lease_session = NULL, lease_prompt_id = NULL, lease_event = NULL, lease_injected = NULL,
         lease_parts_left = NULL
   WHERE id = @id AND lease_session = @session AND state = 'leased'`;

/** Rides on message_open. */
const CLOSE_TURN = `
  UPDATE message INDEXED BY message_open SET open = 0 WHERE agent = @agent AND open = 1 AND seen_session = @session AND seen_prompt_id = @promptId`;

export interface ExchangeVerb {
  run(request: Exchange, nowMs: number): Exchanged;
  /** What `run` would say where it cannot change a message, lease, receipt or binding; null where it may. */
  foresee(happening: Happening, nowMs: number): Exchanged | null;
  /** Writes what a foreseen event tells of its session. */
  note(happening: Happening, nowMs: number): void;
}

type Injected = { id: number; inParts: 0 | 1; enqueuedAtMs: number };

interface Begun {
  /** The message of which parts were seen and parts are left. */
  readonly begun?: number;
}

interface Proof extends Begun {
  readonly proved: readonly number[];
}

type Given = Pick<Exchanged, 'messages' | 'bootstraps'>;

interface Returned extends Begun {
  readonly returnedTo: readonly string[];
}

const NOBODY: Exchanged = {
  session: null,
  began: false,
  proved: [],
  messages: [],
  bootstraps: false,
  stale: false,
  returnedTo: [],
};

export function prepareExchange(
  db: Database,
  {
    briefings,
    contexts,
    leases,
    parts,
    receipts,
    references,
    sessions,
    order,
  }: {
    briefings: Briefings;
    contexts: Contexts;
    leases: Leases;
    parts: Parts;
    receipts: Receipts;
    references: References;
    sessions: Sessions;
    order: Order;
  },
): ExchangeVerb {
  const selectInjected = db.prepare<{ session: number; promptId: string }, Injected>(SELECT_INJECTED);
  const prove = db.prepare<{ id: number; session: number; promptId: string; nowMs: number }>(PROVE);
  const closeTurn = db.prepare<{ agent: string; session: number; promptId: string }>(CLOSE_TURN);
  const lives = prepareLives({ leases, sessions });

  /** What the turn proves to be seen, and the message of which so far only parts were. */
  function proveTurn(session: SessionRow, event: string, promptId: string | null, nowMs: number): Proof {
    if (promptId === null) return { proved: [] };
    const injected = selectInjected.all({ session: session.key, promptId });
    const whole = injected.filter(({ inParts }) => inParts === 0);
    for (const { id, enqueuedAtMs } of whole) {
      prove.run({ id, session: session.key, promptId, nowMs });
      receipts.add({ id, kind: 'seen', sessionId: session.sessionId, event, enqueuedAtMs, nowMs });
    }
    const begun = injected.find(({ inParts }) => inParts === 1)?.id;
    if (begun !== undefined) parts.see(begun);
    return { proved: whole.map(({ id }) => id), ...(begun !== undefined && { begun }) };
  }

  /** What a start tells belongs to no turn: it stays in the context whatever becomes of the next prompt. */
  function handOutBriefing(session: SessionRow, agent: string, nowMs: number): HandedOut[] {
    const holder = { session: session.key, promptId: null, event: 'SessionStart' };
    // Also in push mode: a hook that speaks anyway is better than keys.
    const [next] = leases.candidates(agent, nowMs, true);
    if (!next?.briefing) return [];
    leases.take(next.id, holder, null, nowMs);
    return [{ ...next, form: { kind: 'whole' } }];
  }

  /** Nothing overtakes a message whose parts have begun. */
  function handOut(
    session: SessionRow,
    effect: Effect,
    begun: number | undefined,
    request: Exchange,
    nowMs: number,
  ): Given {
    const bootstraps = request.handsOut && tellsWho(request.observed, effect, session);
    if (session.agent === null || !request.handsOut) return { messages: [], bootstraps };
    if (request.observed.event === 'SessionStart') {
      const briefing = handOutBriefing(session, session.agent, nowMs);
      return { messages: briefing, bootstraps: bootstraps && briefing.length === 0 };
    }
    if (!effect.handsOut) return { messages: [], bootstraps };
    const { agent, key } = session;
    const holder = { session: key, promptId: effect.promptId, event: request.observed.event };
    if (begun !== undefined)
      return leases.isPaused(agent)
        ? { messages: [], bootstraps }
        : { messages: [parts.next(begun, holder, request.capUnits)], bootstraps: false };
    const { capUnits, folder, bootstrapUnits = 0 } = request;
    const next = (units: number) => chosen(leases.candidates(agent, nowMs), units, folder !== null);
    const beside = next(bootstraps ? capUnits - bootstrapUnits : capUnits);
    const fits = !bootstraps || beside.every(({ form }) => form.kind === 'whole');
    const messages = fits ? beside : next(capUnits);
    for (const message of messages) leases.take(message.id, holder, partsAfter(message), nowMs);
    const handedOut = messages.map((message): HandedOut => {
      if (folder === null || message.form.kind !== 'file') return message;
      return { ...message, form: { kind: 'file', again: references.note({ id: message.id, folder }) } };
    });
    return { messages: handedOut, bootstraps: bootstraps && fits };
  }

  /** Parts that were seen outlive the turn that saw them: the next one goes on with those that are left. */
  function endLeases(session: SessionRow, effect: Effect, nowMs: number): Returned {
    if (!effect.returnsOtherTurns && !effect.returnsThisTurn) return { returnedTo: [] };
    const held = leases.heldBy(session.key);
    const ended = effect.state === 'ended';
    const over = held.filter(({ promptId }) => {
      if (promptId === null) return ended;
      return promptId === effect.promptId ? effect.returnsThisTurn : effect.returnsOtherTurns;
    });
    const begun = ended
      ? undefined
      : held.find(({ promptId, partsLeft }) => promptId === null && partsLeft !== null)?.id;
    const end = ended ? 'session_ended' : 'turn_over';
    const returnedTo = leases.giveBack(over, end, session.hasProven, nowMs);
    return { returnedTo, ...(begun !== undefined && { begun }) };
  }

  /** Without mail an event is its effect on the session alone; `effect` is undefined where it has none. */
  function withoutMail(
    session: SessionRow,
    { observed, onlyBell, handsOut }: Happening,
    nowMs: number,
  ): { exchanged: Exchanged; effect: Effect | undefined } {
    const none = { ...NOBODY, session };
    if (observed.subagent) return { exchanged: none, effect: undefined };
    const effect = effectOf(observed, session);
    if (session.standing === 'guest')
      return { exchanged: { ...none, session: { ...session, state: effect.state } }, effect };
    if (onlyBell && handsOut && effect.handsOut)
      return { exchanged: { ...none, stale: true }, effect: undefined };
    const after = { ...session, ...effect, lastEvent: lastEventOf(observed), lastEventMs: nowMs };
    const bootstraps = handsOut && tellsWho(observed, effect, session);
    return { exchanged: { ...none, session: after, bootstraps }, effect };
  }

  function keepLife(session: SessionRow, { observed, life }: Happening, nowMs: number): void {
    const { agent, sessionId, standing } = session;
    if (life && !observed.subagent && agent !== null && standing === 'bound')
      contexts.keep({ agent, sessionId }, life, nowMs);
  }

  function keepFacts(
    session: SessionRow,
    happening: Happening,
    effect: Effect | undefined,
    nowMs: number,
  ): void {
    const { observed, client } = happening;
    keepLife(session, happening, nowMs);
    if (effect) sessions.update(session.key, lastEventOf(observed), effect, client, false, nowMs);
    else sessions.touch(session.key, nowMs);
  }

  return {
    foresee: (happening, nowMs) => {
      const { caller, observed } = happening;
      if (observed.event === 'SessionStart' || observed.event === 'SessionEnd') return null;
      const found = sessions.withMail(caller);
      if (!found) return null;
      const { session, hasMail } = found;
      const learns = session.process === null && caller.process !== null;
      if (session.standing === 'ended' || session.agent === null || learns) return null;
      const mayMatter = session.standing === 'guest' ? observed.event === 'UserPromptSubmit' : hasMail;
      return mayMatter ? null : withoutMail(session, happening, nowMs).exchanged;
    },

    note: (happening, nowMs) => {
      const session = sessions.of(happening.caller);
      if (!session || session.standing === 'ended') return;
      keepFacts(session, happening, withoutMail(session, happening, nowMs).effect, nowMs);
    },

    run: (request, nowMs) => {
      const { observed, client } = request;
      const found = lives.of(request, nowMs);
      if (!found) return NOBODY;
      const { began, isNamed } = found;
      let { session } = found;
      const returned = [...found.returned];
      if (session.agent !== null && session.standing === 'bound') sessions.seeAgent(session.agent, nowMs);
      if (observed.subagent || session.standing === 'guest') {
        const { exchanged, effect } = withoutMail(session, request, nowMs);
        if (effect?.state === 'ended')
          lives.end(session, request.endReason ?? 'ended', 'session_ended', nowMs);
        else keepFacts(session, request, effect, nowMs);
        return { ...exchanged, began, returnedTo: returned };
      }
      keepLife(session, request, nowMs);
      const effect = effectOf(observed, session);
      const proof = effect.proves
        ? proveTurn(session, observed.event, effect.promptId, nowMs)
        : { proved: [] };
      const over = endLeases(session, effect, nowMs);
      returned.push(...over.returnedTo);
      const { proved } = proof;
      if (proved.length > 0) order.settle(nowMs);
      if (observed.event === 'SessionStart' && !observed.compacted) {
        sessions.setBootstrapDue(session.key, true);
        session = { ...session, bootstrapDue: true };
      } else if (isNamed) sessions.setBootstrapDue(session.key, true);
      if (request.rebrief && session.agent !== null) {
        const turn =
          session.inTurn && session.promptId !== null
            ? { key: session.key, promptId: session.promptId }
            : null;
        briefings.put(session.agent, briefings.compose(session.agent, turn, request.rebrief), nowMs);
      }
      const { messages, bootstraps } = handOut(session, effect, proof.begun ?? over.begun, request, nowMs);
      if (request.onlyBell && request.handsOut && effect.handsOut && messages.length === 0) {
        sessions.touch(session.key, nowMs);
        return { ...NOBODY, session, began, proved, stale: true, returnedTo: [...new Set(returned)] };
      }
      const settled = messages.length > 0 ? afterHandOut(effect, observed.event) : effect;
      const turnIsOver = observed.event === 'Stop' && messages.length === 0;
      if (turnIsOver && session.agent !== null && effect.promptId !== null)
        closeTurn.run({ agent: session.agent, session: session.key, promptId: effect.promptId });
      if (settled.state === 'ended') sessions.end(session.key, request.endReason ?? 'ended', nowMs);
      else sessions.update(session.key, lastEventOf(observed), settled, client, proved.length > 0, nowMs);
      return {
        session: { ...session, ...settled, lastEvent: lastEventOf(observed), lastEventMs: nowMs },
        began,
        proved,
        messages,
        bootstraps,
        stale: false,
        returnedTo: [...new Set(returned)],
      };
    },
  };
}

/** A start tells who the session is; where that was not printed, the next prompt does. */
function tellsWho({ event }: Observed, { handsOut }: Effect, { bootstrapDue }: SessionRow): boolean {
  return event === 'SessionStart' || (bootstrapDue && event === 'UserPromptSubmit' && handsOut);
}
