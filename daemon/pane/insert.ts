/** Step 7: puts a text into the input box, without the key that submits. */
import { literal, tmux } from '../tmux/tmux.ts';
import type { PaneKey } from './arbiter.ts';

/**
 * tmux expands it with the pane that -t names: once for the pane and its buffer, then for the guard, which is read with the paste itself.
 * A paste into a dead pane ends the tmux server with every agent in it (3.3a; fixed upstream in 2024).
 */
const GUARDED_PASTE =
  'if-shell -F -t #{pane_id} "##{||:##{pane_dead},##{pane_in_mode}}" "delete-buffer -b orq-#{pane_id}" "paste-buffer -p -r -d -b orq-#{pane_id} -t #{pane_id}"';

/** As one paste: framed where the program asked for that, line feeds as they are. Works in vim's normal mode (2.1.197 and 2.1.330). */
export async function pasteText({ socket, pane }: PaneKey, text: string): Promise<void> {
  const load = ['load-buffer', '-b', `orq-${pane}`, '-'];
  try {
    await tmux(socket, [...load, ';', 'run-shell', '-C', '-t', pane, GUARDED_PASTE], text);
  } catch (error) {
    await tmux(socket, ['delete-buffer', '-b', `orq-${pane}`]).catch(() => undefined);
    throw error;
  }
}

/** As keys: a pasted slash command is text to some clients. */
export async function typeLine({ socket, pane }: PaneKey, line: string): Promise<void> {
  await tmux(socket, ['send-keys', '-t', pane, '-l', '--', literal(line)]);
}
