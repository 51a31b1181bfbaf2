/** A tmux server of the test's own: socket in its folder, no user's configuration, ended with the test. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export interface PrivateTmux extends Disposable {
  readonly socket: string;
  /** Runs one command; its output without the last line feed. */
  run(...words: readonly string[]): string;
  /** The headers of a hook that runs in `pane`. */
  headers(pane: string): Record<string, string>;
  /** Ends the server and all panes. */
  kill(): void;
}

export function startTmux(folder: string, session = 'work', name = 'tmux.sock'): PrivateTmux {
  const socket = join(folder, name);
  const { PATH = '', HOME = folder, ORQ_TEST_RUN } = process.env;
  const env = {
    PATH,
    HOME,
    TMUX_TMPDIR: folder,
    LC_ALL: 'C.UTF-8',
    ...(ORQ_TEST_RUN !== undefined && { ORQ_TEST_RUN }),
  };
  const run = (...words: readonly string[]): string =>
    execFileSync('tmux', ['-u', '-f', '/dev/null', '-S', socket, ...words], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).replace(/\n$/, '');
  run('new-session', '-d', '-s', session, '-x', '80', '-y', '24', 'sleep 600');
  let running = true;
  const kill = (): void => {
    if (running) run('kill-server');
    running = false;
  };
  return {
    socket,
    run,
    kill,
    headers: (pane) => ({ 'orq-tmux': encodeURIComponent(socket), 'orq-pane': encodeURIComponent(pane) }),
    [Symbol.dispose]: kill,
  };
}

/** A new window with a name as somebody typed it; its pane. */
export function windowNamed(tmux: PrivateTmux, name: string): string {
  return tmux.run(
    'new-window',
    '-d',
    '-P',
    '-F',
    '#{pane_id}',
    '-n',
    name.replaceAll('#', '##').replace(/;$/, '\\;'),
    'sleep 600',
  );
}
