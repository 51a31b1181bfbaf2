/**
 * The port of the queue: one async method per verb, each atomic, resolved after its commit is durable.
 * The conformance suite in test/store/conformance states what any store must do.
 */
import type { BriefingMaterial } from './briefing.ts';
import type { AgentContext } from './context.ts';
import type {
  Counts,
  Enqueued,
  LeasedMessage,
  Message,
  Receipt,
  ReplyOf,
  RequestOf,
} from '../protocol/schemas.ts';
import type { NewMessage } from '../protocol/new-message.ts';
import type { NewSchedule, Schedule } from '../protocol/schedule-schemas.ts';
import type { Change } from '../protocol/change-schema.ts';
import type { MessageState } from '../protocol/message.ts';
import type { MetricStore } from './metric-store.ts';
import type { PushStore } from './push.ts';
import type { Caller, Exchange, Exchanged, HandedOut, Happening, LeaseRef } from './exchange.ts';
import type { Reference } from './reference.ts';
import type {
  Admission,
  Admitted,
  AgentReach,
  AgentRow,
  BoundSession,
  PanePlace,
  Relocated,
  Renamed,
  ServerSight,
  SessionProcess,
  WakeFacts,
} from './registry.ts';
import type { LeaseEnd } from './requeue.ts';
import type { RestStore } from './rest.ts';
import type { RestartPolicy } from '../protocol/restart.ts';
import type { RestartStore } from './restart-store.ts';
import type { Transfer } from './transfer.ts';

export interface Moved {
  readonly id: number;
  readonly agent: string;
  readonly state: MessageState;
}

export interface Forgotten {
  readonly agent: string;
  /** What waits on under its name, in the order of ids. */
  readonly undelivered: readonly Moved[];
  readonly pane: PanePlace | null;
}

export type SentMessage = NewMessage & {
  /** Where it was sent before it came here: delay and time to live count from then. */
  readonly sentAtMs?: number;
  readonly caller?: { readonly sessionId?: string; readonly tmuxSocket?: string; readonly pane?: string };
};

export type SentSchedule = NewSchedule & Pick<SentMessage, 'caller'>;

export interface QueueStore
  extends PushStore, RestStore, RestartStore, MetricStore, Transfer, AsyncDisposable {
  /** All or none. Throws key_conflict, ambiguous_address, not_found (`mustExist`, `replyTo`), wrong_state (a reply to nobody), too_large. */
  enqueue(messages: readonly SentMessage[]): Promise<Enqueued[]>;
  /** Leases up to `max` messages until the visibility timeout ends; the same `requestId` gets the same messages while their leases live. */
  dequeue(request: Omit<RequestOf<'dequeue'>, 'waitMs'>): Promise<LeasedMessage[]>;
  /**
   * An event that can change no message, lease, receipt or binding: what it says of its session is visible at once and committed
   * with the next group, which nobody waits for. Null: `exchange` it.
   */
  note(happening: Happening): Promise<Exchanged | null>;
  /** One hook event: proves what it shows to be seen, ends what it shows to be lost, leases what fits. */
  exchange(request: Exchange): Promise<Exchanged>;
  /** The client printed these. Replies with those that are injected now: not with one whose lease is over, nor with one of which parts are left. */
  confirm(leases: readonly LeaseRef[]): Promise<number[]>;
  /** The client printed who its session is. */
  bootstrapped(session: number): Promise<void>;
  /** The file of this message could not be written: hands out its first part instead, and forgets `reference`. Null where the lease is over. */
  inParts(lease: LeaseRef, reference: Reference | null, capUnits: number): Promise<HandedOut | null>;
  /** Files whose message is neither leased nor open any more. */
  staleReferences(): Promise<Reference[]>;
  /** These were removed. */
  forgetReferences(references: readonly Reference[]): Promise<void>;
  /** Nobody confirmed these: they go back uncharged. Replies with the agents that may be handed one again now. */
  giveBack(leases: readonly LeaseRef[], end: LeaseEnd): Promise<string[]>;
  ack(request: RequestOf<'ack'>): Promise<Moved>;
  requeue(request: RequestOf<'requeue'>): Promise<Moved>;
  /** Prolongs a consumer's lease, never shortens it. Throws not_found, lease_lost, wrong_state. */
  extend(request: RequestOf<'extend'>): Promise<ReplyOf<'extend'>>;
  cancel(request: RequestOf<'cancel'>): Promise<Moved>;
  done(request: RequestOf<'done'>): Promise<Moved>;
  /** Makes a message ready that a cap held back. Throws not_found, wrong_state. */
  release(request: RequestOf<'release'>): Promise<Moved>;
  /** Dead letters, newest first. */
  deadList(filter: RequestOf<'deadList'>): Promise<Message[]>;
  /** All that are named by ids or none; of a filter as many as one request moves. Throws bad_request, not_found, wrong_state. */
  deadRedrive(request: RequestOf<'deadRedrive'>): Promise<ReplyOf<'deadRedrive'>>;
  deadDrop(request: RequestOf<'deadDrop'>): Promise<ReplyOf<'deadDrop'>>;
  /** Without an agent it is the caller's own. The same under the same name is stored once. Throws bad_request, ambiguous_address, not_found, key_conflict, too_large. */
  scheduleAdd(schedule: SentSchedule): Promise<ReplyOf<'scheduleAdd'>>;
  /** In the order of their making. */
  scheduleList(filter: RequestOf<'scheduleList'>): Promise<Schedule[]>;
  /** Messages that it brought stay. Throws not_found. */
  scheduleRemove(request: RequestOf<'scheduleRemove'>): Promise<ReplyOf<'scheduleRemove'>>;
  /** Enqueues what schedules bring now, each tick once, and finds their next. Replies with agents that have more ready messages. */
  scheduleFire(): Promise<string[]>;
  show(id: number): Promise<{ message: Message; receipts: Receipt[] }>;
  list(filter: RequestOf<'list'>): Promise<Message[]>;
  counts(agent?: string): Promise<Counts>;
  /** The id of the agent that an address means now; an unknown address means itself. Throws ambiguous_address. */
  agentAt(address: string): Promise<string>;
  admit(admission: Admission): Promise<Admitted>;
  /** Agents on this server get the addresses that their panes have now; those whose pane is gone have none. Writes nothing where nothing changed. */
  relocate(sight: ServerSight): Promise<Relocated>;
  /** Mail, sessions and schedules come along; the old name goes on meaning the agent. Throws bad_request, not_found, ambiguous_address, wrong_state (taken). */
  nameAgent(request: RequestOf<'agentName'>): Promise<Renamed>;
  /** Ends its sessions, keeps its messages under its id. Throws not_found, ambiguous_address, wrong_state (it lives, without `force`). */
  forgetAgent(request: RequestOf<'agentForget'>): Promise<Forgotten>;
  /** Nothing is handed to a paused agent, and it is not rung. Throws bad_request, not_found, ambiguous_address. */
  pauseAgents(choice: RequestOf<'agentPause'>): Promise<ReplyOf<'agentPause'>>;
  /** Ends their holds too. */
  resumeAgents(choice: RequestOf<'agentResume'>, policy: RestartPolicy): Promise<ReplyOf<'agentResume'>>;
  agents(): Promise<AgentRow[]>;
  /** The agent's project, and the other agents of it. */
  teamOf(agent: string): Promise<{ project: string | null; team: string[] }>;
  /** What is kept of an agent over its sessions; null where nothing is. */
  contextOf(agent: string): Promise<AgentContext | null>;
  /** Composes a briefing and, unless it is a dry run, stores it for the agent's next event. Throws not_found, ambiguous_address. */
  brief(request: RequestOf<'rebrief'>, material: BriefingMaterial): Promise<ReplyOf<'rebrief'>>;
  /** Keeps what the agent did last. Nobody waits for it. */
  keepActivity(agent: string, text: string): Promise<void>;
  /** The living session of a caller. */
  sessionOf(caller: Caller): Promise<BoundSession | null>;
  boundTo(agent: string): Promise<BoundSession | null>;
  livingSessions(): Promise<BoundSession[]>;
  /** The processes of the living sessions that have one. */
  livingProcesses(): Promise<readonly SessionProcess[]>;
  wakeFacts(agent: string): Promise<WakeFacts>;
  reachOf(agent: string): Promise<AgentReach>;
  /** Agents with a bound session for which something is ready, or injected and not proven. */
  agentsWithMail(): Promise<string[]>;
  /** Tells what happened to messages, in order and after each commit, until disposed. While nobody listens it costs nothing. The listener throws nothing. */
  listen(listener: (changes: readonly Change[]) => void): Promise<Disposable>;
  /** A round trip through the writer that changes nothing. */
  probe(): Promise<void>;
  /** Ends a life: its leases return, charged where it died. Replies with the agents that may be handed one again now. */
  endSession(key: number, reason: string, end: LeaseEnd): Promise<string[]>;
  /** Moves on what only time moves: scheduled to ready, spent leases, spent time to live. Replies with agents that have more ready messages. */
  promote(): Promise<string[]>;
  /** Calls `listener` after each commit by which blocked messages became ready or senders were told of a death, with the agents: whichever verb it was, where its answer does not name them. */
  onUnblocked(listener: (agents: readonly string[]) => void): void;
  /** Gives back what no living connection can confirm any more, and what was given in parts only so far; called once, at start. */
  recover(): Promise<string[]>;
  /** Once a second: what the storage wants done by itself. */
  upkeep(): Promise<void>;
  /** Forgets some of what ended longer ago than `retentionMs`, in a step that holds nobody up, and says how many messages, and whether nothing is left to look at. */
  forgetOld(retentionMs: number): Promise<{ forgotten: number; isOver: boolean }>;
  /** Renews what a planner of queries knows, in steps that hold nobody up; replies with how many tables that took. */
  optimize(): Promise<number>;
}
