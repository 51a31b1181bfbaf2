/** What orchestrators send with: one call, whether agents pull their messages through hooks or get them typed. */
import { randomUUID } from 'node:crypto';
import { OrqError } from '../src/protocol/errors.ts';
import type { MessageState } from '../src/protocol/message.ts';
import type { NewMessage } from '../src/protocol/new-message.ts';
import type { Counts, Enqueued } from '../src/protocol/schemas.ts';
import { createClient, type Client } from './client.ts';
import { senderOf, type Sender } from './sender.ts';
import { isDown, spool, spoolFolder } from './spool.ts';

export interface MessengerOptions {
  /** Path of the daemon's socket; default: ORQ_SOCKET, else the usual place. */
  readonly socket?: string;
  /** State directory of the daemon behind `socket`, so that a message can wait in its spool; default: ORQ_STATE_DIR, else where that daemon last said, else the usual place. */
  readonly stateDir?: string;
  /** Who sends; default: ORQ_AGENT, else the agent in whose pane or session this process runs. */
  readonly from?: string;
  /** Put on every message that names none. */
  readonly project?: string;
}

/** What can be said of a message besides its agent and its text: priority, project, delay, dependencies … */
export type SendOptions = Omit<NewMessage, 'agent' | 'text'>;

/** One message of a batch; `after: [{ index }]` names an earlier one of it. */
export type BatchMessage = SendOptions & { readonly target: string; readonly message: string };

interface Known {
  readonly agent: string;
  /** Send again with it, and the message is stored once. */
  readonly idempotencyKey: string;
}

/** The daemon has the message. */
export interface Stored
  extends Known, Pick<Enqueued, 'id' | 'created' | 'agentKnown' | 'nearest' | 'messages'> {
  readonly state: MessageState;
}

/** No daemon runs: the message stands in a file, from which the next one takes it in, once. It has no id yet. */
export interface Spooled extends Known {
  readonly state: 'spooled';
  readonly file: string;
}

export type Sent = Stored | Spooled;

type Keyed = NewMessage & { readonly agent: string; readonly idempotencyKey: string };

/** Messages by state, and in the words of the old system: pending is ready, scheduled or blocked; pulled is leased. */
export interface QueueStats extends Counts {
  readonly total: number;
  readonly pending: number;
  readonly pulled: number;
}

/** Of a command and a briefing where nobody says: critical, before everyday mail. */
const BRIEFING_PRIORITY = 50;

/**
 * Sends messages to agents. Each goes out under an idempotency key, in the order of the calls; an answer means that the message is on
 * disk, with the daemon or in its spool. Every method rejects with an OrqError; `createClient` has the calls for everything else.
 */
export class TmuxMessenger implements AsyncDisposable {
  readonly #client: Client;
  readonly #sender: Sender;
  readonly #spool: () => string | undefined;
  readonly #project: string | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** Nothing is connected before the first call. @throws OrqError `socket_unusable` */
  constructor({ socket, stateDir, from, project }: MessengerOptions = {}) {
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      ...(stateDir !== undefined && { ORQ_STATE_DIR: stateDir }),
    };
    this.#client = createClient(socket === undefined ? {} : { socket });
    this.#sender = senderOf(from, env);
    const isNamed = Boolean(socket ?? env['ORQ_SOCKET']);
    this.#spool = () => spoolFolder({ socket: this.#client.socket, isNamed }, env);
    this.#project = project;
  }

  /**
   * Sends a message to an agent: its id, an address of tmux (`session:window`), or `@project` for all agents of one.
   * @throws OrqError of the call `enqueue`; `unreachable` where nothing listens and the spool cannot be told or `mustExist` is set
   */
  async sendMessage(target: string, message: string, options: SendOptions = {}): Promise<Sent> {
    const [sent] = await this.sendBatch([{ ...options, target, message }]);
    if (!sent) throw new OrqError('internal', 'a batch of one message was answered with none');
    return sent;
  }

  /** Sends many, all or none, in their order. Answers stand in the same order. @throws OrqError as `sendMessage` */
  async sendBatch(messages: readonly BatchMessage[]): Promise<Sent[]> {
    if (messages.length === 0) return [];
    const batch = messages.map((message) => this.#complete(message));
    const sent = this.#last.then(() => this.#send(batch));
    this.#last = sent.catch(() => undefined);
    return sent;
  }

  /** Asks an agent to run a command. Priority 50 unless `options` say another. @throws OrqError as `sendMessage` */
  async sendCommand(target: string, command: string, options: SendOptions = {}): Promise<Sent> {
    return this.sendMessage(target, `Please run: ${command}`, { priority: BRIEFING_PRIORITY, ...options });
  }

  /** Tells an agent its task. Priority 50 unless `options` say another. @throws OrqError as `sendMessage` */
  async sendBriefing(target: string, briefing: string, options: SendOptions = {}): Promise<Sent> {
    return this.sendMessage(target, briefing, { priority: BRIEFING_PRIORITY, ...options });
  }

  /** Counts messages, of all agents or of one. @throws OrqError `unreachable`, `ambiguous_address` */
  async getQueueStats(agent?: string): Promise<QueueStats> {
    const counts = await this.#client.counts(agent === undefined ? {} : { agent });
    const { ready, scheduled, blocked, leased } = counts;
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    return { ...counts, total, pending: ready + scheduled + blocked, pulled: leased };
  }

  /** Waits for what was sent, then drops the connections. */
  async close(): Promise<void> {
    await this.#last;
    await this.#client.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #complete({ target, message, ...options }: BatchMessage): Keyed {
    return {
      ...(this.#project !== undefined && { project: this.#project }),
      ...(this.#sender.from !== undefined && { from: this.#sender.from }),
      ...options,
      idempotencyKey: options.idempotencyKey ?? randomUUID(),
      agent: target,
      text: message,
    };
  }

  async #send(batch: readonly Keyed[]): Promise<Sent[]> {
    const { headers } = this.#sender;
    try {
      const stored = await this.#client.enqueue([...batch], { headers });
      return stored.map((each, index) => ({ ...each, idempotencyKey: batch[index]?.idempotencyKey ?? '' }));
    } catch (error) {
      const mustBeAnswered = batch.some(({ mustExist }) => mustExist === true);
      const folder = isDown(error) && !mustBeAnswered ? this.#spool() : undefined;
      if (folder === undefined) throw error;
      const file = await spool(folder, [...batch], headers);
      return batch.map(({ agent, idempotencyKey }) => ({ agent, idempotencyKey, state: 'spooled', file }));
    }
  }
}
