/** A tmux server of the test's own: private socket, no configuration, no inherited environment. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { isRunning } from './is-running.ts';

const execute = promisify(execFile);
const CALL_TIMEOUT_MS = 5_000;

export type Environment = Readonly<Record<string, string>>;

export interface Launch {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly environment: Environment;
}

function launchFlags({ cwd, environment }: Launch): string[] {
  return ['-c', cwd, ...Object.entries(environment).flatMap(([name, value]) => ['-e', `${name}=${value}`])];
}

export class Terminal implements AsyncDisposable {
  readonly socket: string;
  readonly #environment: Environment;
  #windows = 0;

  /** `environment` is what the server, and so every window, starts from. */
  constructor(folder: string, environment: Environment) {
    this.socket = join(folder, 'tmux.sock');
    this.#environment = environment;
  }

  async tmux(...argv: readonly string[]): Promise<string> {
    const { stdout } = await execute('tmux', ['-S', this.socket, '-f', '/dev/null', ...argv], {
      env: this.#environment,
      timeout: CALL_TIMEOUT_MS,
    });
    return stdout;
  }

  /** Starts a program in a window of its own. A window whose program ended stays, so that its last screen can be read. */
  async openWindow(name: string, launch: Launch): Promise<Pane> {
    const what =
      this.#windows++ === 0
        ? ['new-session', '-d', '-s', 'work', '-x', '140', '-y', '50']
        : ['new-window', '-d', '-t', 'work:'];
    const report = ['-P', '-F', '#{pane_id}'];
    const options = [
      'set-option',
      '-g',
      'remain-on-exit',
      'on',
      ';',
      'set-option',
      '-g',
      'default-terminal',
      'screen-256color',
      ';',
    ];
    const first = this.#windows === 1 ? ['start-server', ';', ...options] : [];
    const id = await this.tmux(
      ...first,
      ...what,
      '-n',
      name,
      ...report,
      ...launchFlags(launch),
      '--',
      ...launch.argv,
    );
    return new Pane(this, id.trim());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#windows === 0) return;
    const server = Number(await this.tmux('display-message', '-p', '#{pid}').catch(() => '0'));
    await this.tmux('kill-server').catch(() => undefined);
    if (server > 0) await eventually('the tmux server is gone', async () => !(await isRunning(server)));
  }
}

export class Pane {
  readonly id: string;
  readonly #terminal: Terminal;

  constructor(terminal: Terminal, id: string) {
    this.#terminal = terminal;
    this.id = id;
  }

  /** Starts another program in the same pane, whatever ran there. */
  async respawn(launch: Launch): Promise<void> {
    await this.#terminal.tmux(
      'respawn-pane',
      '-k',
      '-t',
      this.id,
      ...launchFlags(launch),
      '--',
      ...launch.argv,
    );
  }

  async type(text: string): Promise<void> {
    await this.#terminal.tmux('send-keys', '-t', this.id, '-l', '--', text);
  }

  /** A key by tmux's name for it: Enter, Escape, C-c, Up. */
  async press(key: string): Promise<void> {
    await this.#terminal.tmux('send-keys', '-t', this.id, key);
  }

  async screen(): Promise<string> {
    return this.#terminal.tmux('capture-pane', '-p', '-t', this.id);
  }

  /** The screen with its colours as escape sequences. */
  async colouredScreen(): Promise<string> {
    return this.#terminal.tmux('capture-pane', '-p', '-e', '-t', this.id);
  }

  /** Pid of the program in the pane. */
  async pid(): Promise<number> {
    return Number(await this.#terminal.tmux('display-message', '-p', '-t', this.id, '#{pane_pid}'));
  }

  async isDead(): Promise<boolean> {
    return (await this.#terminal.tmux('display-message', '-p', '-t', this.id, '#{pane_dead}')).trim() === '1';
  }

  async waitFor(what: string, condition: (screen: string) => boolean): Promise<string> {
    return eventually(`screen: ${what}`, async () => {
      const screen = await this.screen();
      return condition(screen) && screen;
    });
  }
}
