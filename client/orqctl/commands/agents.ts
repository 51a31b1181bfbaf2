import { Command } from 'commander';
import type { Agent } from '../../../src/protocol/schemas.ts';
import { addExamples } from '../examples.ts';
import { alignedTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { fromNow } from '../times.ts';
import { visible } from '../visible.ts';

const HEAD = ['AGENT', 'STATE', 'MODE', 'PANE', 'WAKE', 'READY', 'LEASED', 'OPEN', 'SEEN', 'WAITING'];

export function agents({ connect, answer, columns }: Terminal): Command {
  const command = new Command('agents')
    .description('List agents with their sessions and queues.')
    .action(async () => {
      const known = await connect().agents({});
      answer(known, () => agentTable(known.agents, columns));
    });
  return addExamples(command, ['orqctl agents', 'orqctl agents --json']);
}

function agentTable(known: readonly Agent[], columns: number | undefined): string {
  if (known.length === 0) return 'no agents are known yet';
  const nowMs = Date.now();
  const table = alignedTable(
    HEAD,
    known.map((agent) => row(agent, nowMs)),
    columns,
  );
  return [table, ...remediesOf(known)].join('\n');
}

/** One line for all who need the same. */
function remediesOf(known: readonly Agent[]): string[] {
  const byRemedy = new Map<string, string[]>();
  for (const { id, remedy } of known)
    if (remedy !== undefined) byRemedy.set(remedy, [...(byRemedy.get(remedy) ?? []), id]);
  return Array.from(byRemedy, ([remedy, ids]) => `${visible(ids.join(', '))}: ${visible(remedy)}`);
}

function row(agent: Agent, nowMs: number): string[] {
  return [
    agent.id,
    stateOf(agent),
    agent.mode,
    agent.pane ?? '-',
    agent.waiter ? 'waiter' : '-',
    String(agent.ready),
    String(agent.leased),
    String(agent.open),
    agent.lastSeenMs === null ? 'never' : fromNow(agent.lastSeenMs, nowMs),
    waitingOf(agent, nowMs),
  ];
}

function stateOf({ state, conditions = [], guests }: Agent): string {
  const besides = [...conditions, ...(guests > 0 ? [`+${guests} guests`] : [])];
  return besides.length > 0 ? `${state} (${besides.join(', ')})` : state;
}

function waitingOf({ waiting }: Agent, nowMs: number): string {
  if (waiting === null) return '-';
  const next = waiting.nextTryMs === null ? '' : `, next try ${fromNow(waiting.nextTryMs, nowMs)}`;
  return `${waiting.reason}, since ${fromNow(waiting.sinceMs, nowMs)}${next}`;
}
