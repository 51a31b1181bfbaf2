/** Whether anything is written in a pane, as far as its tmux server tells: the time that it keeps is that of the whole window. */
import { createHash } from 'node:crypto';
import type { PanePlace } from '../../src/queue/registry.ts';
import { tmux } from './tmux.ts';

export interface PaneOutput {
  /** When anything was last written in its window; epoch milliseconds, to the second. */
  readonly windowMs: number;
  /** The window holds nothing else. */
  readonly isAlone: boolean;
  /** Another one as soon as the pane shows something else than it did. */
  readonly trace: string;
}

const FACTS = [
  '#{start_time}',
  '#{pane_id}',
  '#{window_activity}',
  '#{window_panes}',
  '#{history_size}.#{cursor_x}.#{cursor_y}',
];

/** Null where the server does not answer, or has no such pane. */
export async function outputOf({ socket, serverStart, pane }: PanePlace): Promise<PaneOutput | null> {
  const words = ['display-message', '-p', '-t', pane, FACTS.join(' '), ';', 'capture-pane', '-p', '-t', pane];
  const text = await tmux(socket, words).catch(() => '');
  const end = text.indexOf('\n');
  const [start, id, activity, panes, place = ''] = text.slice(0, Math.max(end, 0)).split(' ');
  const seconds = Number(activity);
  if (start !== String(serverStart) || id !== pane || !Number.isSafeInteger(seconds) || seconds === 0)
    return null;
  const trace = createHash('sha256').update(place).update(text.slice(end)).digest('base64');
  return { windowMs: seconds * 1_000, isAlone: panes === '1', trace };
}
