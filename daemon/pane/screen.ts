/** What the pane shows now, as the rules read it. */
import { readScreen, type Screen } from '../../src/pane/composer.ts';
import { showsTrustDialog } from '../../src/pane/trust.ts';
import { tmux } from '../tmux/tmux.ts';
import type { PaneKey } from './arbiter.ts';

export async function lookAt({ socket, pane }: PaneKey): Promise<Screen> {
  return readScreen(await tmux(socket, ['capture-pane', '-p', '-e', '-t', pane]));
}

/** Whether the pane asks if its folder is trusted. False where tmux does not show it. */
export async function asksForTrust({ socket, pane }: PaneKey): Promise<boolean> {
  try {
    return showsTrustDialog(await tmux(socket, ['capture-pane', '-p', '-e', '-t', pane]));
  } catch {
    return false;
  }
}
