/** Ends a client that a person wants ended: asked first, then without asking. */
import type { ProcessId } from '../../src/protocol/agent.ts';
import type { ProcessTable } from '../process-table.ts';

/** How long a client may take to say goodbye; milliseconds. */
const GRACE_MS = 10_000;

/** Those that were asked, and may take their time. */
const asked = new Set<string>();

/** Asks once, however often it is called meanwhile. Never signals another process that has the pid by now. */
export function endProcess(processes: Pick<ProcessTable, 'isAlive'>, client: ProcessId): void {
  const key = `${client.pid} ${client.start}`;
  if (asked.has(key)) return;
  asked.add(key);
  send(processes, client, 'SIGTERM');
  setTimeout(() => {
    asked.delete(key);
    send(processes, client, 'SIGKILL');
  }, GRACE_MS).unref();
}

function send(processes: Pick<ProcessTable, 'isAlive'>, client: ProcessId, signal: NodeJS.Signals): void {
  try {
    if (processes.isAlive(client)) process.kill(client.pid, signal);
  } catch {
    // It went between the look and the signal.
  }
}
