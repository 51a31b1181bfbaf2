/** A whole world for one test: stand-in for the Messages API, terminal, home and worktree of one client. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, claudeCommand, type AgentOptions } from './agent.ts';
import { makeAgentHome, type AgentHome } from './agent-home.ts';
import { eventually } from './eventually.ts';
import { MessagesApi } from './messages-api.ts';
import { Terminal, type Launch, type Pane } from './terminal.ts';

const PRINT_TIMEOUT_MS = 30_000;
const REQUESTS_SHOWN = 4;
const SHOWN_CHARACTERS = 700;

/** The client's own explanations stand in the middle; prompts and hook texts at the ends. */
function ends(text: string): string {
  if (text.length <= 2 * SHOWN_CHARACTERS) return text;
  return `${text.slice(0, SHOWN_CHARACTERS)}\n[...]\n${text.slice(-SHOWN_CHARACTERS)}`;
}

export interface Printed {
  readonly stdout: string;
  readonly exitCode: number;
  readonly tookMs: number;
}

export class Scenario implements AsyncDisposable {
  readonly clientVersion: string;
  readonly api: MessagesApi;
  readonly terminal: Terminal;
  readonly place: AgentHome;
  /** Root of all the above; a test may keep its own files there. */
  readonly folder: string;
  readonly #agents: Agent[] = [];

  private constructor(clientVersion: string, api: MessagesApi, folder: string, place: AgentHome) {
    this.clientVersion = clientVersion;
    this.api = api;
    this.folder = folder;
    this.place = place;
    this.terminal = new Terminal(folder, place.environment);
  }

  static async open(clientVersion: string, executable: string): Promise<Scenario> {
    const folder = await mkdtemp(join(tmpdir(), 'e2e-'));
    const api = await MessagesApi.open();
    return new Scenario(clientVersion, api, folder, await makeAgentHome(folder, executable, api.url));
  }

  #launch(options: AgentOptions): Launch {
    const environment = { ...this.place.environment, ...options.environment };
    return { argv: claudeCommand(options), cwd: options.cwd ?? this.place.worktree, environment };
  }

  /** A client in a window of its own, ready for input. */
  async startAgent(options: AgentOptions = {}): Promise<Agent> {
    const agent = await Agent.start(this.terminal, options.window ?? 'agent', this.#launch(options));
    this.#agents.push(agent);
    return agent;
  }

  /** The next life of an agent that ended, in its pane. */
  async restartAgent(ended: Agent, options: AgentOptions = {}): Promise<Agent> {
    const agent = await ended.restart(this.#launch(options));
    this.#agents.push(agent);
    return agent;
  }

  /** The life that somebody else began in a pane, ready for input. */
  async agentIn(pane: Pane): Promise<Agent> {
    const agent = await Agent.in(pane);
    this.#agents.push(agent);
    return agent;
  }

  /** The clients of this home that run, by their pids. */
  async clients(): Promise<number[]> {
    const running = await this.#processes();
    return running.filter(({ command }) => /^(?:\S*\/)?claude /.test(command)).map(({ pid }) => pid);
  }

  /** Runs `claude -p` outside tmux, to its end. */
  async print(prompt: string, options: AgentOptions = {}): Promise<Printed> {
    const { argv, cwd, environment } = this.#launch({
      ...options,
      args: [...(options.args ?? []), '-p', prompt],
    });
    const [command = 'claude', ...args] = argv;
    const startedMs = performance.now();
    return new Promise((resolve) => {
      const child = execFile(
        command,
        args,
        { cwd, env: environment, timeout: PRINT_TIMEOUT_MS },
        (_error, stdout) => {
          resolve({ stdout, exitCode: child.exitCode ?? -1, tookMs: performance.now() - startedMs });
        },
      );
      child.stdin?.end();
    });
  }

  /** The client writes its transcript late: only what stands there outlives a kill. */
  async waitForTranscript(text: string): Promise<void> {
    const projects = join(this.place.home, '.claude/projects');
    await eventually(`a transcript with "${text}"`, async () => {
      const names = await readdir(projects, { recursive: true }).catch(() => []);
      const transcripts = names.filter((name) => name.endsWith('.jsonl'));
      const read = await Promise.all(transcripts.map((name) => readFile(join(projects, name), 'utf8')));
      return read.some((transcript) => transcript.includes(text));
    });
  }

  /** What a failed test has to show: the screens, and what the model was asked last. */
  async describe(): Promise<string> {
    const screens = await Promise.all(
      this.#agents.map(
        async (agent) =>
          `screen of pane ${agent.pane.id}:\n${(await agent.screen().catch(String)).trimEnd()}`,
      ),
    );
    const asked = this.api.requests
      .slice(-REQUESTS_SHOWN)
      .map(({ conversation, request }) => `asked (${conversation}): ${ends(request.news)}`);
    return [
      `client ${this.clientVersion}`,
      ...screens,
      ...asked,
      `other calls: ${this.api.otherCalls.join(', ')}`,
    ].join('\n\n');
  }

  /** Ends everything. Throws when a process of this home outlives its client; it is killed then. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.terminal[Symbol.asyncDispose]();
    await Promise.all(this.#agents.map((agent) => agent.endOrKill()));
    await this.api[Symbol.asyncDispose]();
    const strays = await this.#strays();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
    if (strays.length > 0) throw new Error(`left behind: ${strays.join('; ')}`);
  }

  async #strays(): Promise<string[]> {
    const gone = eventually('an empty home', async () => (await this.#processes()).length === 0, 5_000);
    if (await gone.catch(() => false)) return [];
    const left = await this.#processes();
    for (const { pid } of left) process.kill(pid, 'SIGKILL');
    return left.map(({ pid, command }) => `${pid} ${command}`);
  }

  async #processes(): Promise<{ pid: number; command: string }[]> {
    const mark = `HOME=${this.place.home}\0`;
    const found = (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map(async (name) => {
        const environment = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '');
        if (!environment.includes(mark)) return [];
        const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
        return [{ pid: Number(name), command: command.replaceAll('\0', ' ').trim() }];
      });
    return (await Promise.all(found)).flat();
  }
}
