/** The pane of an agent as the arbiter wants it named. */
import { openProcessTable } from '../../daemon/process-table.ts';
import type { PaneKey } from '../../daemon/pane/arbiter.ts';
import type { ProcessId } from '../../src/protocol/agent.ts';
import type { Agent } from './agent.ts';
import type { Scenario } from './scenario.ts';

export async function identifiedIn(
  { terminal }: Scenario,
  { pane, pid }: Agent,
): Promise<{ target: PaneKey; process: ProcessId | null }> {
  const start = await terminal.tmux('display-message', '-p', '-t', pane.id, '#{start_time}');
  const target = { socket: terminal.socket, serverStart: Number(start), pane: pane.id };
  return { target, process: openProcessTable().identify(pid) };
}
