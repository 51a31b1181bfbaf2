/** orq as its users have it, beside one scenario: the spawned daemon, hooks put in by orqctl, orqctl as a process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import {
  createClient,
  type Agent,
  type Client,
  type Enqueued,
  type NewMessage,
  type ShownMessage,
} from '../../client/index.ts';
import { startDaemon, type RunningDaemon } from '../support/daemon.ts';
import { eventually } from './eventually.ts';
import type { Scenario } from './scenario.ts';
import type { Environment } from './terminal.ts';

const ORQCTL = fileURLToPath(new URL('../../client/orqctl/main.js', import.meta.url));
const LOG_LINES_SHOWN = 40;

/** A line of the daemon's log, as far as the scenarios read it. */
export interface LogLine {
  readonly event: string;
  readonly ids?: readonly number[];
  readonly hook?: string;
  readonly standing?: string;
  readonly rung?: string;
  readonly reason?: string;
}

export class Orq implements AsyncDisposable {
  readonly daemon: RunningDaemon;
  readonly #client: Client;
  readonly #environment: Environment;

  private constructor(daemon: RunningDaemon, environment: Environment) {
    this.daemon = daemon;
    this.#environment = { ...environment, ORQ_SOCKET: daemon.socket };
    this.#client = createClient({ socket: daemon.socket });
  }

  /** A daemon of the scenario's own, and its hooks in the scenario's worktree. `settings` go into the daemon's environment. */
  static async start({ folder, place }: Scenario, settings: Environment = {}): Promise<Orq> {
    const env = { ORQ_LOG_LEVEL: 'debug', ...settings };
    const orq = new Orq(await startDaemon({ folder: join(folder, 'orq'), env }), place.environment);
    await orq.orqctl('hooks', 'install', place.worktree);
    return orq;
  }

  /** Runs the built orqctl with `--json` from outside any agent. Throws what it said where it fails. */
  async orqctl<Answer>(...words: readonly string[]): Promise<Answer> {
    const child = spawn(process.execPath, [ORQCTL, '--json', ...words], { env: this.#environment });
    const ended = once(child, 'close');
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    if (child.exitCode !== 0) throw new Error(`orqctl ${words.join(' ')}: exit ${child.exitCode}: ${stderr}`);
    return JSON.parse(stdout) as Answer;
  }

  send(address: string, words: string, ...flags: readonly string[]): Promise<Enqueued> {
    return this.orqctl('send', address, words, ...flags);
  }

  /** As `send` and `show`, without a process of its own for each: where time is measured. */
  enqueue(message: NewMessage): Promise<Enqueued> {
    return this.#client.enqueue(message);
  }

  shown(id: number): Promise<ShownMessage> {
    return this.#client.show({ id });
  }

  show(id: number): Promise<ShownMessage> {
    return this.orqctl('show', String(id));
  }

  /** The agent as it is listed, as soon as it is as wanted. Throws after `deadlineMs`, with what it was last. */
  async agent(
    id: string,
    wanted: (agent: Agent) => boolean = () => true,
    deadlineMs = 20_000,
  ): Promise<Agent> {
    let last: Agent | undefined;
    const found = eventually(
      'an agent as wanted',
      async () => {
        const { agents } = await this.#client.agents({});
        last = agents.find((agent) => agent.id === id);
        return last && wanted(last) && last;
      },
      deadlineMs,
    );
    return found.catch((cause: unknown) => {
      throw new Error(`agent ${id} stays ${JSON.stringify(last)}`, { cause });
    });
  }

  /** The agent, once it is idle, has proven what it got, and can be woken. */
  idle(id: string): Promise<Agent> {
    return this.agent(id, ({ state, waiter, leased }) => state === 'idle' && waiter && leased === 0);
  }

  /** Resolves when the client said, `times` times so far, that it printed the message. */
  async injected(id: number, times = 1): Promise<void> {
    await this.logged('messages_injected', (lines) => lines.filter(naming(id)).length >= times);
  }

  async seen(id: number): Promise<void> {
    await this.logged('messages_seen', (lines) => lines.some(naming(id)));
  }

  /** Resolves when the log's lines of `event` are `enough`. */
  async logged(event: string, enough: (lines: readonly LogLine[]) => boolean): Promise<void> {
    await eventually(`${event} in the daemon's log`, () => enough(this.events(event)));
  }

  /** The log's lines of one event, oldest first. */
  events(event: string): readonly LogLine[] {
    const lines = this.daemon.log().split('\n');
    return lines.flatMap((line) =>
      line.includes(`"event":"${event}"`) ? [JSON.parse(line) as LogLine] : [],
    );
  }

  logTail(): string {
    return this.daemon.log().split('\n').slice(-LOG_LINES_SHOWN).join('\n');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close();
    await this.daemon[Symbol.asyncDispose]();
  }
}

function naming(id: number): (line: LogLine) => boolean {
  return ({ ids }) => ids?.includes(id) === true;
}
