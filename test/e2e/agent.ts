/** One real Claude Code in a tmux pane, driven as a human would. */
import { draftOn } from './composer.ts';
import { eventually } from './eventually.ts';
import { isRunning } from './is-running.ts';
import type { Environment, Launch, Pane, Terminal } from './terminal.ts';

const FOLLOWS_ITS_TERMINAL_MS = 1_500;

export interface AgentOptions {
  readonly permissionMode?: 'default' | 'plan' | 'acceptEdits' | 'bypassPermissions';
  /** Tools that run without a dialog; by default every Bash command. */
  readonly allowedTools?: readonly string[];
  /** Further arguments, such as `--continue`. */
  readonly args?: readonly string[];
  readonly environment?: Environment;
  /** Default: the worktree. */
  readonly cwd?: string;
  /** Name of the tmux window. */
  readonly window?: string;
}

/** `claude` with the flags of the options. */
export function claudeCommand({
  permissionMode = 'default',
  allowedTools = ['Bash(*)'],
  args = [],
}: AgentOptions): string[] {
  const tools = allowedTools.flatMap((tool) => ['--allowedTools', tool]);
  return ['claude', '--permission-mode', permissionMode, ...tools, ...args];
}

export class Agent {
  readonly pane: Pane;
  /** Pid of the client itself: tmux runs it without a shell. */
  readonly pid: number;

  private constructor(pane: Pane, pid: number) {
    this.pane = pane;
    this.pid = pid;
  }

  /** Resolves when the composer is there. */
  static async start(terminal: Terminal, window: string, launch: Launch): Promise<Agent> {
    const pane = await terminal.openWindow(window, launch);
    return Agent.#ready(pane);
  }

  /** Another life in the same pane. */
  async restart(launch: Launch): Promise<Agent> {
    await this.pane.respawn(launch);
    return Agent.#ready(this.pane);
  }

  /** Whoever runs in the pane now: somebody else started it. */
  static in(pane: Pane): Promise<Agent> {
    return Agent.#ready(pane);
  }

  static async #ready(pane: Pane): Promise<Agent> {
    const agent = new Agent(pane, await pane.pid());
    await agent.waitForDraft('an empty composer', (draft) => draft === '');
    return agent;
  }

  screen(): Promise<string> {
    return this.pane.screen();
  }

  async draft(): Promise<string | undefined> {
    return draftOn(await this.pane.colouredScreen());
  }

  async waitForDraft(what: string, condition: (draft: string | undefined) => boolean): Promise<void> {
    await eventually(what, async () => condition(await this.draft()));
  }

  waitForScreen(text: string): Promise<string> {
    return this.pane.waitFor(`"${text}"`, (screen) => screen.includes(text));
  }

  /** Types one line into the composer and waits until it stands there. */
  async type(text: string): Promise<void> {
    await this.pane.type(text);
    await this.waitForDraft(`the draft "${text}"`, (draft) => draft?.includes(text) === true);
  }

  /** Sends the draft off. */
  async submit(): Promise<void> {
    await this.pane.press('Enter');
    await this.waitForDraft('a composer that was sent off', (draft) => draft === '');
  }

  async prompt(text: string): Promise<void> {
    await this.type(text);
    await this.submit();
  }

  /** The human's interrupt. */
  escape(): Promise<void> {
    return this.pane.press('Escape');
  }

  /** Ends the client the way a human does. */
  async exit(): Promise<void> {
    await this.type('/exit');
    await this.pane.press('Enter');
    await this.#ended();
  }

  kill(): void {
    process.kill(this.pid, 'SIGKILL');
  }

  /** Resolves when its pane is dead too: for panes that nobody starts anything in. */
  async kill9(): Promise<void> {
    this.kill();
    await this.#ended();
  }

  /** After its terminal went away. A client that continues a session sometimes takes 6.5 s to follow (2.1.330); that is no finding. */
  async endOrKill(): Promise<void> {
    const gone = eventually(
      'the end of the client',
      async () => !(await isRunning(this.pid)),
      FOLLOWS_ITS_TERMINAL_MS,
    );
    await gone.catch(() => process.kill(this.pid, 'SIGKILL'));
  }

  #ended(): Promise<unknown> {
    return eventually(
      'the end of the client',
      async () => !(await isRunning(this.pid)) && (await this.pane.isDead()),
    );
  }
}
