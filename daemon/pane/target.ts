/** Step 1: the pane as it is now, and whether the client that was meant reads from it. */
import type { ProcessId } from '../../src/protocol/agent.ts';
import type { ClientPlace, PaneState } from '../../src/pane/vetoes.ts';
import type { ProcessTable } from '../process-table.ts';
import { tmux } from '../tmux/tmux.ts';
import type { PaneKey } from './arbiter.ts';

const FORMAT = [
  'start_time',
  'pane_id',
  'pane_pid',
  'pane_dead',
  'pane_in_mode',
  'pane_input_off',
  'pane_synchronized',
  'pane_current_command',
]
  .map((name) => `#{${name}}`)
  .join('\t');

/** A control client has no keyboard. */
const VIEWER = ['client_activity', 'client_control_mode', 'pane_id'].map((name) => `#{${name}}`).join('\t');

const EPOCH_MS = 1_000;

/** What tmux says of the pane; null where it is gone. Rejects where the server does not answer. */
export async function readState({ socket, pane }: PaneKey): Promise<PaneState | null> {
  const answer = await tmux(socket, [
    'display-message',
    '-p',
    '-t',
    pane,
    FORMAT,
    ';',
    'list-clients',
    '-F',
    VIEWER,
  ]);
  const [line = '', ...clients] = answer.trimEnd().split('\n');
  const [start, paneId, panePid, dead, inMode, inputOff, synchronised, command] = line.split('\t');
  if (paneId !== pane) return null;
  return {
    serverStart: Number(start),
    panePid: Number(panePid),
    isDead: dead === '1',
    // A count: modes lie on one another.
    inMode: Number(inMode) > 0,
    inputOff: inputOff === '1',
    synchronised: synchronised === '1',
    command: command ?? '',
    viewers: clients.flatMap((client) => {
      const [activity, control, shown] = client.split('\t');
      return shown === pane && control !== '1' ? [{ activeAtMs: Number(activity) * EPOCH_MS }] : [];
    }),
  };
}

export function placeOf(
  processes: Pick<ProcessTable, 'placeOf'>,
  client: ProcessId | null,
  { panePid }: PaneState,
): ClientPlace {
  return client === null ? 'unknown' : processes.placeOf(client, panePid);
}
