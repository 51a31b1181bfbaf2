/** What a hook event is to the queue: who sent it, what it says, and what comes of it. */
import type { BriefingMaterial } from './briefing.ts';
import type { LifeFact } from './context.ts';
import type { Observed, ProcessId } from '../protocol/agent.ts';
import type { Given } from './fence.ts';
import type { BoundSession } from './registry.ts';

/** A lease of one message by its token: what may be confirmed or given back. */
export interface LeaseRef {
  readonly id: number;
  readonly leaseToken: number;
}

/** The client that sent a hook event. */
export interface Caller {
  readonly sessionId: string;
  readonly process: ProcessId | null;
}

/** Facts about the client that a session keeps; absent ones leave what is known. */
export interface ClientFacts {
  readonly clientVersion?: string;
  /** Of orq's own client, which runs the hooks. */
  readonly hookVersion?: string;
  /** What ended the turn. */
  readonly failure?: string;
  readonly entrypoint?: string;
  readonly permissionMode?: string;
  readonly cwd?: string;
  readonly inboxSocket?: string;
  readonly source?: string;
}

/** What a hook event says, whoever it speaks for. */
export interface Happening {
  readonly caller: Caller;
  readonly observed: Observed;
  readonly client: ClientFacts;
  /** The prompt holds nothing but orq's own bell: with nothing to hand out it changes nothing. */
  readonly onlyBell: boolean;
  /** False where the client has given up waiting: facts count, nothing is leased. */
  readonly handsOut: boolean;
  /** What is kept of it for the agent's context; left out by events that tell nothing of a life. */
  readonly life?: LifeFact | null;
}

export interface Exchange extends Happening {
  /** Whom a session that was not seen before speaks for; null: for nobody. */
  readonly agent: string | null;
  readonly mayBind: boolean;
  /** The session found dead when the daemon looked, if any: only its key's binding may be taken over. */
  readonly goneSession: number | null;
  readonly capUnits: number;
  /** Working directory below which a long text may be written as a file; null: it goes in parts. */
  readonly folder: string | null;
  /** Units of the answer that the bootstrap takes, where one is due; messages that do not fit beside it go before it. Default 0. */
  readonly bootstrapUnits?: number;
  /** The context of the session was compacted: a briefing is made of this and handed out. */
  readonly rebrief?: BriefingMaterial | null;
  readonly endReason: string | null;
}

export interface HandedOut extends Given, LeaseRef {}

export interface Exchanged {
  /** Null: a life that is over, or an event of nobody's session. */
  readonly session: BoundSession | null;
  /** This event began the session's life here. */
  readonly began: boolean;
  readonly proved: readonly number[];
  readonly messages: readonly HandedOut[];
  /** The session is to be told who it is with this answer. */
  readonly bootstraps: boolean;
  /** A stale wake: the prompt held only a bell and there was nothing to hand out. */
  readonly stale: boolean;
  /** Agents that have more ready messages than before. */
  readonly returnedTo: readonly string[];
}
