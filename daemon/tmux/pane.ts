/** The mark by which a pane is known again. */
import type { PaneFacts } from '../../src/queue/registry.ts';
import { literal, tmux } from './tmux.ts';

/** The pane option that carries the agent's id through renames and moves. */
export const MARK = '@orq_agent';

/** Takes the mark off the pane. */
export async function unmarkPane({ socket, pane }: Pick<PaneFacts, 'socket' | 'pane'>): Promise<void> {
  await tmux(socket, ['set-option', '-p', '-u', '-t', pane, MARK]);
}

/** Writes the agent's id onto the pane. */
export async function markPane(
  { socket, pane }: Pick<PaneFacts, 'socket' | 'pane'>,
  agent: string,
): Promise<void> {
  await tmux(socket, ['set-option', '-p', '-t', pane, MARK, literal(agent)]);
}
