/** What the pane shows now, as the rules read it. */
import { readScreen, type Screen } from '../../src/pane/composer.ts';
import { tmux } from '../tmux/tmux.ts';
import type { PaneKey } from './arbiter.ts';

export async function lookAt({ socket, pane }: PaneKey): Promise<Screen> {
  return readScreen(await tmux(socket, ['capture-pane', '-p', '-e', '-t', pane]));
}
