/** When anything was last written in the window of a pane, as its tmux server saw it. */
import type { PanePlace } from '../../src/queue/registry.ts';
import { tmux } from './tmux.ts';

/** Epoch milliseconds, to the second; null where the server does not answer, or has no such pane. */
export async function lastOutputMs({ socket, serverStart, pane }: PanePlace): Promise<number | null> {
  const words = ['display-message', '-p', '-t', pane, '#{start_time} #{pane_id} #{window_activity}'];
  const [start, id, activity] = (await tmux(socket, words).catch(() => '')).trim().split(' ');
  const seconds = Number(activity);
  if (start !== String(serverStart) || id !== pane || !Number.isSafeInteger(seconds) || seconds === 0)
    return null;
  return seconds * 1_000;
}
