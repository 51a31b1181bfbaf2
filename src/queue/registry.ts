/** What the store knows of agents, their sessions and the panes that they are in. */
import type { DeliveryMode, ProcessId, SessionState, Standing } from '../protocol/agent.ts';
import type { RestartHold } from '../protocol/restart.ts';
import type { Counts } from '../protocol/schemas.ts';

export interface BoundSession {
  readonly key: number;
  readonly sessionId: string;
  readonly process: ProcessId | null;
  readonly agent: string | null;
  readonly standing: Standing;
  readonly state: SessionState;
  readonly entrypoint: string | null;
  readonly lastEvent: string;
  readonly lastEventMs: number;
  /** What ended its last turn, while it is failed. */
  readonly failure: string | null;
  readonly continuations: number;
  /** Nobody confirmed yet that it was told who it is. */
  readonly bootstrapDue: boolean;
}

export interface SessionProcess {
  /** Of the session. */
  readonly key: number;
  readonly process: ProcessId;
}

/** What the wake rules want to know of an agent. */
export interface WakeFacts {
  /** How the agent gets its messages; null: nobody of that name was ever seen. */
  readonly mode: DeliveryMode | null;
  readonly session: BoundSession | null;
  /** Ready messages whose sender wants the agent woken; in push mode also others, after a turn that ended since, or when they have lain for long. */
  readonly readyToWake: boolean;
  /** Injected, not proven: the human may have interrupted the turn. */
  readonly unproven: boolean;
  /** Its session is rung for nothing, whatever waits; false where it has none. */
  readonly paused: boolean;
  /** What the restart policy holds it for: until then, or until somebody or a turn ends it. */
  readonly hold: RestartHold | null;
}

/** By which ways an agent's session can be woken. */
export interface AgentReach {
  readonly mode: DeliveryMode;
  /** Where it was seen last. */
  readonly pane: { readonly socket: string; readonly serverStart: number; readonly pane: string } | null;
  readonly inboxSocket: string | null;
  /** As the session said last; null before it did. */
  readonly permissionMode: string | null;
  readonly clientVersion: string | null;
  /** Of orq's own client, which runs its hooks. */
  readonly hookVersion: string | null;
  /** When its session began; null without one. */
  readonly startedAtMs: number | null;
  /** When a hook spoke for it last; 0 where nobody of its name is known. */
  readonly lastSeenMs: number;
  /** Null: it is not paused. */
  readonly pausedAtMs: number | null;
  /** A session lives for it. */
  readonly isBound: boolean;
  /** Critical or emergency mail is ready that wants it woken. */
  readonly urgent: boolean;
}

/** A pane as tmux shows it now. */
export interface PaneFacts {
  /** What its agent works on, where tmux tells. */
  readonly project?: string;
  readonly socket: string;
  readonly serverStart: number;
  readonly pane: string;
  readonly addresses: readonly string[];
  /** All panes that live on its server; absent where nobody looked. */
  readonly livingPanes?: readonly string[];
}

/** Where an agent was last seen. */
export interface PanePlace {
  readonly socket: string;
  readonly serverStart: number;
  readonly pane: string;
}

export interface Renamed {
  readonly agent: string;
  readonly was: string;
  readonly pane: PanePlace | null;
}

/** What a tmux server shows now. */
export interface ServerSight {
  readonly socket: string;
  /** Null: nobody listens behind the socket. */
  readonly serverStart: number | null;
  readonly panes: readonly PaneFacts[];
}

export interface Relocated {
  /** Agents whose addresses or project became others. */
  readonly moved: readonly string[];
  /** Agents that got messages which had waited under an address that is theirs now. */
  readonly adopted: readonly string[];
  /** Whether a session lives for an agent that was seen on this server. */
  readonly isLivedOn: boolean;
  /** Bound agents and the panes of this server that they are in. */
  readonly residents: readonly { readonly agent: string; readonly pane: string }[];
}

/** First sight of an agent, by the names that speak for it. */
export interface Admission {
  /** The pane's own mark. */
  readonly marked: string | null;
  /** Given by the install or the environment. */
  readonly given: string | null;
  /** Made from the window or the folder; it becomes unique by a number where it is taken. */
  readonly proposed: string;
  /** Where the agent works: outside tmux it is known again by this. */
  readonly folder?: string;
  readonly pane: PaneFacts | null;
  /** False: a caller that must not become an agent is only looked up. */
  readonly mayCreate: boolean;
}

export interface Admitted {
  /** Null where nobody is known by these names and none may be created. */
  readonly agent: string | null;
  readonly created: boolean;
  /** The pane's mark and the given name disagree; the mark holds. */
  readonly conflict: boolean;
  /** Messages that had waited under one of its addresses. */
  readonly adopted: number;
}

export interface AgentRow {
  readonly id: string;
  readonly project: string | null;
  readonly mode: DeliveryMode;
  readonly tmuxSocket: string | null;
  readonly tmuxServerStart: number | null;
  readonly pane: string | null;
  readonly addresses: readonly string[];
  /** Where its last session began. */
  readonly folder: string | null;
  readonly session: (BoundSession & Pick<AgentReach, 'clientVersion' | 'hookVersion'>) | null;
  readonly guests: number;
  /** Times that it was started again, as far as rows are kept. */
  readonly restarts: number;
  readonly counts: Counts;
  readonly open: number;
  readonly oldestReadyMs: number | null;
  readonly lastSeenMs: number;
  /** Null: it is not paused. */
  readonly pausedAtMs: number | null;
}
