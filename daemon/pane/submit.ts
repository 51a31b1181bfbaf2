/** Step 10: the key that submits, in a call of its own. */
import { tmux } from '../tmux/tmux.ts';
import type { PaneKey } from './arbiter.ts';

/** The byte itself: with extended keys the named key has been seen not to submit. */
export async function submit({ socket, pane }: PaneKey): Promise<void> {
  await tmux(socket, ['send-keys', '-t', pane, '-l', '--', '\r']);
}

export async function submitAgain({ socket, pane }: PaneKey): Promise<void> {
  await tmux(socket, ['send-keys', '-t', pane, 'Enter']);
}

/** A program nobody looks at may read only after an event: one column less and back. A size that somebody chose stays. */
export async function nudge({ socket, pane }: PaneKey, pause: (ms: number) => Promise<void>): Promise<void> {
  const width = Number(await tmux(socket, ['display-message', '-p', '-t', pane, '#{window_width}']));
  const chosen = await tmux(socket, ['show-options', '-w', '-v', '-q', '-t', pane, 'window-size']);
  if (chosen.trim() !== '' || !(width > 2)) return;
  const resize = (columns: number): Promise<string> =>
    tmux(socket, ['resize-window', '-t', pane, '-x', String(columns)]);
  await resize(width - 1);
  await pause(NUDGE_MS);
  await resize(width);
  // resize-window leaves it on manual (3.3a).
  await tmux(socket, ['set-option', '-w', '-u', '-t', pane, 'window-size']);
}

const NUDGE_MS = 50;
