/** A pane with a scripted program, and the arbiter that types into it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openPaneArbiter, type PaneKey, type TypingRequest } from '../../../daemon/pane/arbiter.ts';
import { openPaneLocks } from '../../../daemon/pane/lock.ts';
import { openProcessTable } from '../../../daemon/process-table.ts';
import { until } from '../../support/until.ts';
import type { PrivateTmux } from '../tmux/private-tmux.ts';

const TUI = fileURLToPath(new URL('tui.js', import.meta.url));

export interface StagedPane {
  readonly target: PaneKey;
  /** What the program took, in order. */
  submitted(): string[];
  /** Keys that went to a dialog or a menu. */
  keys(): string[];
  /** Whether all of the text came framed as a paste. */
  wasPasted(): boolean;
  screen(): string;
  request(text: string, more?: Partial<TypingRequest>): TypingRequest;
}

interface Line {
  readonly text?: string;
  readonly key?: string;
  readonly pasted?: boolean;
  readonly ready?: number;
}

const processes = openProcessTable();
let number = 0;

export function arbiterIn(stateDir: string) {
  const newNonce = (): string => String((number += 1));
  const wait = (ms: number): Promise<void> => pause(ms);
  const locks = openPaneLocks({ stateDir, processes, pause: wait, newNonce });
  return openPaneArbiter({ processes, clock: { nowMs: () => Date.now() }, pause: wait, locks });
}

/** Starts the program in a new window. `under`: words before it, such as a shell's. */
export async function stage(
  tmux: PrivateTmux,
  folder: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<StagedPane> {
  const log = join(folder, `tui-${(number += 1)}.log`);
  const words = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  const options = ['-d', '-P', '-F', '#{pane_id} #{start_time}'];
  const program = [process.execPath, TUI, log, ...words];
  const [pane = '', start] = tmux.run('new-window', ...options, '--', ...program).split(' ');
  const lines = (): Line[] => {
    try {
      return readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Line);
    } catch {
      return [];
    }
  };
  const pid = await until(() => lines()[0]?.ready);
  const target = { socket: tmux.socket, serverStart: Number(start), pane };
  return {
    target,
    submitted: () => lines().flatMap(({ text }) => text ?? []),
    keys: () => lines().flatMap(({ key }) => key ?? []),
    wasPasted: () => lines().every(({ pasted }) => pasted !== false),
    screen: () => tmux.run('capture-pane', '-p', '-t', pane),
    request: (text, more = {}) => ({
      target,
      process: processes.identify(pid),
      text,
      as: 'text',
      reasonToHold: () => Promise.resolve(null),
      shown: null,
      ...more,
    }),
  };
}
