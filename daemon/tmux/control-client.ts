/**
 * A control client of a tmux server: it sends nothing, and tells that windows, sessions or panes changed. Only where the user asks for it: up to
 * 3.6 a server crashes where something changes while such a client attaches (tmux pull request 4980; seen on 3.3a, 2026-11-22).
 */
import { spawn } from 'node:child_process';

/** Lines that tell of something that a snapshot shows; `%unlinked-…` are windows of other sessions. The first `%session-changed` says that it listens now: what changed before was not told. */
const CHANGES =
  /^%(?:unlinked-)?(?:window-(?:add|close|renamed)|layout-change|session-(?:changed|renamed)|sessions-changed|session-window-changed)\b/m;

interface Told {
  readonly onChange: () => void;
  /** It ended: its session or the server did, or it could not attach. */
  readonly onEnd: () => void;
}

/**
 * Attaches to `session` (`$3`). The flags keep it from getting what panes print and from changing the size of windows; a bare `-C` would make a
 * session of its own.
 */
export function attachControlClient(socket: string, session: string, { onChange, onEnd }: Told): Disposable {
  const flags = ['-f', 'no-output,ignore-size,read-only'];
  const client = spawn('tmux', ['-N', '-u', '-S', socket, '-C', 'attach-session', '-t', session, ...flags], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let isOver = false;
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    onEnd();
  };
  let unfinished = '';
  client.stdout.setEncoding('utf8').on('data', (piece: string) => {
    const text = unfinished + piece;
    const lineEnd = text.lastIndexOf('\n') + 1;
    unfinished = text.slice(lineEnd).slice(0, MAX_LINE);
    if (CHANGES.test(text.slice(0, lineEnd))) onChange();
  });
  client.stdin.on('error', () => undefined);
  client.on('error', end).on('close', end);
  return {
    [Symbol.dispose]: () => {
      isOver = true;
      // Without input a control client detaches; a wedged server would keep it.
      client.kill('SIGKILL');
    },
  };
}

/** Of a line that has not ended only so much is kept; characters. */
const MAX_LINE = 4_096;
