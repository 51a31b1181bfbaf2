/**
 * Push mode: whole messages are typed into the agent's pane, one at a time, each only once.
 *
 *   ready ─ chosen ─▶ leased, nothing typed ─ begun (durable, before the first key) ─▶ typing ─ taken ─▶ delivered, unproven
 *                        │ held, or the daemon ended: ready again, as if nothing had been       │ a prompt hook shows it: the session's lease, proven by its turn
 *                                                                                               └ not sent off, or the daemon ended: unsent, never typed again
 *
 * What may have been typed goes back to ready by somebody's word alone, or where its session died.
 */
import type { DeliveryMode } from '../protocol/agent.ts';
import type { RequestOf } from '../protocol/schemas.ts';
import { rendered, type Given } from './fence.ts';
import type { BoundSession } from './registry.ts';
import type { Caller, LeaseRef } from './exchange.ts';

/** A lease that no time ends: the end of what the schema calls a time. */
export const NO_END_MS = Number.MAX_SAFE_INTEGER;

/** The word of a delivered message that nothing proves to be seen. */
export const UNPROVEN = 'unproven';

/** What the receipt names as its event. */
export const PUSH_EVENT = 'push';

export type PushPhase = 'chosen' | 'typing' | 'unsent';

/** The pane that an agent is in, as it was last known. */
export interface PushTarget {
  readonly socket: string;
  readonly serverStart: number;
  readonly pane: string;
}

/** What is to be typed next. */
export interface Pushed extends LeaseRef {
  readonly message: Given;
  readonly target: PushTarget;
  readonly session: BoundSession | null;
}

export type PushChoice =
  | { readonly kind: 'chosen'; readonly push: Pushed }
  /** Another message of the agent is under way, or the agent pulls. */
  | { readonly kind: 'none' }
  | { readonly kind: 'no_pane' };

/** A prompt that holds what was typed: whose, and in which turn. */
export interface Shown {
  readonly nonce: string;
  readonly caller: Caller;
  readonly promptId: string | null;
}

export interface PushStore {
  /** Switches how agents get their messages: one by id or address, those of a project, or all. Throws bad_request, not_found, ambiguous_address. */
  setMode(request: RequestOf<'agentMode'>): Promise<{ id: string; mode: DeliveryMode }[]>;
  /**
   * Leases the next message of an agent in push mode under `nonce`; nothing is typed yet. None while its session holds one of a turn, unless
   * `isSilent`: that turn may have ended without a word.
   */
  pushNext(agent: string, nonce: string, isSilent?: boolean): Promise<PushChoice>;
  /** The first key follows: from here on the message may have been typed. False where the lease is over. */
  pushBegin(lease: LeaseRef): Promise<boolean>;
  /** A prompt of the agent's session shows what was typed: the lease becomes the session's. Replies with the lease where there is one. */
  pushShown(shown: Shown): Promise<LeaseRef | null>;
  /** The client took it: delivered and unproven, unless a hook showed it before. */
  pushTaken(lease: LeaseRef): Promise<void>;
  /** Not one key was typed: it is ready again, in its place, and nothing is counted. */
  pushHeld(lease: LeaseRef): Promise<void>;
  /** It stands typed and nobody knows whether it was sent off; ready again where its typing had not begun. */
  pushUnsent(lease: LeaseRef): Promise<void>;
  /** At start: what was chosen goes back, what was begun is unsent. Replies with the latter. */
  pushRecover(): Promise<number[]>;
  /** Messages that are being pushed, or stand unsent. */
  pushes(): Promise<ReadonlyMap<number, PushPhase>>;
  /** Agents in push mode that have something to be woken for. */
  pushAgents(): Promise<string[]>;
}

/** What is typed of a message. A briefing has no fence: a line behind it carries the nonce by which a prompt hook knows it. */
export function typedText(agent: string, message: Given, nonce: string, orqctl: string): string {
  const text = rendered(agent, [message], nonce, orqctl);
  return message.briefing ? `${text}[orq ${nonce}] end of briefing\n` : text;
}

/** The nonces of fences that stand in a prompt. */
export function noncesIn(prompt: string): string[] {
  return [
    ...new Set(
      Array.from(
        prompt.matchAll(/\[orq ([0-9a-f]{16})\] (?:message \d|end of briefing)/g),
        ([, nonce = '']) => nonce,
      ),
    ),
  ];
}

/** First pause after nothing could be typed, and the longest; milliseconds. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** How long to leave a pane alone after it held `times` in a row. */
export function pushPauseMs(times: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** Math.max(0, times - 1), LONGEST_PAUSE_MS);
}
