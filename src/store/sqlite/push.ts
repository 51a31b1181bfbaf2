/** Push mode: leases under a nonce that no timeout ends, from the choice of a message to what became of its typing. */
import { LATER_TYPED_MS } from '../../agents/wake.ts';
import {
  NO_END_MS,
  PUSH_EVENT,
  UNPROVEN,
  type PushChoice,
  type PushPhase,
  type PushTarget,
  type Shown,
} from '../../queue/push.ts';
import type { LeaseRef } from '../../queue/exchange.ts';
import type { Database } from './database.ts';
import type { Leases } from './lease.ts';
import type { Receipts } from './receipt.ts';
import type { Sessions } from './session.ts';

/** Before phase and nonce in lease_request_id. No request id of a consumer can begin so: they hold no control characters. */
const MARK = '\u0001push:';
const AFTER_MARK = '\u0001push;';
const requestOf = (phase: PushPhase, nonce: string): string => `${MARK}${phase}:${nonce}`;

/** Rides on the primary key. */
const SELECT_TARGET = `
  SELECT mode, tmux_socket AS socket, tmux_server_start AS serverStart, pane FROM agent WHERE id = @agent`;

/** Rides on message_lease_request. */
const SELECT_PUSHES = `
  SELECT id, agent, lease_token AS leaseToken, lease_request_id AS request FROM message
   WHERE lease_request_id IS NOT NULL AND lease_request_id >= @from AND lease_request_id < @to`;

/** Rides on the primary key; the guard makes sure that no lease is taken twice. */
const CHOOSE = `
  UPDATE message
     SET state = 'leased', attempts = attempts + 1, lease_token = lease_token + 1, leased_at_ms = @nowMs,
         lease_until_ms = @untilMs, lease_request_id = @request
   WHERE id = @id AND state = 'ready'`;

/** Rides on the primary key. No token, no change. */
const SET_PHASE = `
  UPDATE message SET lease_request_id = replace(lease_request_id, @before, @after)
   WHERE id = @id AND lease_token = @leaseToken AND state = 'leased' AND lease_request_id IS NOT NULL
     AND substr(lease_request_id, 1, length(@before)) = @before`;

/** Rides on the primary key. What was not typed was not handed out. */
const UNCHOOSE = `
  UPDATE message
     SET state = 'ready', attempts = attempts - 1, leased_at_ms = NULL, lease_until_ms = NULL, lease_request_id = NULL
   WHERE id = @id AND lease_token = @leaseToken AND state = 'leased' AND lease_request_id >= @from AND lease_request_id < @to`;

/** Rides on the primary key. The token grows as with an ack. */
const TAKE = `
  UPDATE message
     SET state = 'delivered', reason = @reason, ended_at_ms = @nowMs, lease_token = lease_token + 1,
         leased_at_ms = NULL, lease_until_ms = NULL, lease_request_id = NULL
   WHERE id = @id AND lease_token = @leaseToken AND state = 'leased' AND lease_request_id >= @from AND lease_request_id < @to`;

/** Rides on the primary key. */
const BIND = `
  UPDATE message
     SET lease_session = @session, lease_prompt_id = @promptId, lease_event = @event, lease_injected = 1,
         lease_until_ms = NULL, lease_request_id = NULL
   WHERE id = @id AND lease_token = @leaseToken AND state = 'leased' AND lease_request_id >= @from AND lease_request_id < @to`;

/** As many as there are agents; probes message_ready and session_bound for each in push mode. */
const SELECT_PUSH_AGENTS = `
  SELECT id FROM agent
   WHERE mode = 'push' AND EXISTS (SELECT 1 FROM message INDEXED BY message_ready
                                    WHERE message.agent = agent.id AND state = 'ready'
                                      AND (wake = 'now' OR ready_at_ms < @laterMs
                                        OR ready_at_ms < (SELECT last_event_ms FROM session
                                                           WHERE session.agent = agent.id AND standing = 'bound' AND last_event = 'Stop')))`;

interface Row extends LeaseRef {
  readonly agent: string;
  readonly request: string;
}

export interface Pushing {
  next(asked: { agent: string; nonce: string; isSilent: boolean }, nowMs: number): PushChoice;
  begin(lease: LeaseRef): boolean;
  shown(shown: Shown, nowMs: number): LeaseRef | null;
  taken(lease: LeaseRef, nowMs: number): void;
  held(lease: LeaseRef): void;
  unsent(lease: LeaseRef): void;
  recover(): number[];
  all(): ReadonlyMap<number, PushPhase>;
  agents(nowMs: number): string[];
}

export function preparePushing(
  db: Database,
  { leases, receipts, sessions }: { leases: Leases; receipts: Receipts; sessions: Sessions },
): Pushing {
  type Target = { mode: string; socket: string | null; serverStart: number | null; pane: string | null };
  const selectTarget = db.prepare<{ agent: string }, Target>(SELECT_TARGET);
  const selectPushes = db.prepare<{ from: string; to: string }, Row>(SELECT_PUSHES);
  const choose = db.prepare<{ id: number; nowMs: number; untilMs: number; request: string }>(CHOOSE);
  const setPhase = db.prepare<LeaseRef & { before: string; after: string }>(SET_PHASE);
  const unchoose = db.prepare<LeaseRef & { from: string; to: string }>(UNCHOOSE);
  const take = db.prepare<LeaseRef & { reason: string; nowMs: number; from: string; to: string }>(TAKE);
  const bind = db.prepare<
    LeaseRef & { session: number; promptId: string; event: string; from: string; to: string }
  >(BIND);
  const selectAgents = db.prepare<{ laterMs: number }, { id: string }>(SELECT_PUSH_AGENTS);
  const everyPush = { from: MARK, to: AFTER_MARK };
  const chosenOnly = { from: requestOf('chosen', ''), to: `${MARK}chosen;` };
  const rows = (): Row[] => selectPushes.all(everyPush);
  const phaseOf = ({ request }: Row): PushPhase => request.slice(MARK.length).split(':')[0] as PushPhase;
  const moved = ({ id, leaseToken }: LeaseRef, from: PushPhase, to: PushPhase): boolean =>
    setPhase.run({ id, leaseToken, before: requestOf(from, ''), after: requestOf(to, '') }).changes === 1;

  return {
    next: ({ agent, nonce, isSilent }, nowMs) => {
      const found = selectTarget.get({ agent });
      if (found?.mode !== 'push') return { kind: 'none' };
      const session = sessions.boundTo(agent) ?? null;
      if (rows().some((row) => row.agent === agent && phaseOf(row) !== 'unsent')) return { kind: 'none' };
      if (session && !isSilent && leases.heldBy(session.key).length > 0) return { kind: 'none' };
      const { socket, serverStart, pane } = found;
      if (socket === null || serverStart === null || pane === null) return { kind: 'no_pane' };
      const target: PushTarget = { socket, serverStart, pane };
      const [first] = leases.candidates(agent, nowMs, true);
      if (!first) return { kind: 'none' };
      const { id, leaseToken } = first;
      choose.run({ id, nowMs, untilMs: NO_END_MS, request: requestOf('chosen', nonce) });
      const message = { ...first, form: { kind: 'whole' } } as const;
      return { kind: 'chosen', push: { id, leaseToken, message, target, session } };
    },

    begin: (lease) => moved(lease, 'chosen', 'typing'),

    shown: ({ nonce, caller, promptId }, nowMs) => {
      const row = rows().find(({ request }) => request.endsWith(`:${nonce}`));
      if (!row || phaseOf(row) === 'chosen') return null;
      const { id, leaseToken, agent } = row;
      const session = sessions.of(caller);
      if (session?.standing !== 'bound' || session.agent !== agent) return null;
      // In the middle of a turn a text may still be taken back: that turn proves nothing of it.
      if (session.inTurn && promptId !== null && session.promptId === promptId) return { id, leaseToken };
      const turn = promptId ?? `turn ${session.turnNumber + 1}`;
      bind.run({ id, leaseToken, session: session.key, promptId: turn, event: PUSH_EVENT, ...everyPush });
      receipts.add({ id, kind: 'injected', event: PUSH_EVENT, sessionId: session.sessionId, nowMs });
      return { id, leaseToken };
    },

    taken: ({ id, leaseToken }, nowMs) => {
      if (take.run({ id, leaseToken, reason: UNPROVEN, nowMs, ...everyPush }).changes === 1)
        receipts.add({ id, kind: 'injected', event: PUSH_EVENT, sessionId: null, nowMs });
    },

    held: ({ id, leaseToken }) => void unchoose.run({ id, leaseToken, ...everyPush }),
    unsent: (lease) => {
      const { id, leaseToken } = lease;
      if (!moved(lease, 'typing', 'unsent')) unchoose.run({ id, leaseToken, ...chosenOnly });
    },

    recover: () => {
      for (const row of rows()) {
        const { id, leaseToken } = row;
        if (phaseOf(row) === 'chosen') unchoose.run({ id, leaseToken, ...everyPush });
        else moved(row, 'typing', 'unsent');
      }
      return rows().map(({ id }) => id);
    },

    all: () => new Map(rows().map((row) => [row.id, phaseOf(row)])),
    agents: (nowMs) => selectAgents.all({ laterMs: nowMs - LATER_TYPED_MS }).map(({ id }) => id),
  };
}
