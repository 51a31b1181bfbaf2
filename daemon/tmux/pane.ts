/** A pane as tmux shows it, and the mark by which it is known again. */
import {
  addressesOf,
  nameFromWindow,
  projectFromSession,
  type WindowFacts,
} from '../../src/agents/identity.ts';
import type { PaneFacts } from '../../src/queue/store.ts';
import { literal, tmux } from './tmux.ts';

/** The pane option that carries the agent's id through renames and moves. */
const MARK = '@orq_agent';

/** TAB alone survives tmux's formats unchanged among control characters (measured on 3.3a); names cannot hold it. */
const FORMAT = [
  'start_time',
  'pane_id',
  'window_index',
  'pane_index',
  'automatic-rename',
  MARK,
  'session_name',
  'window_name',
]
  .map((name) => `#{${name}}`)
  .join('\t');

export interface Pane {
  readonly facts: PaneFacts;
  readonly mark: string | null;
  /** What an agent in this pane is called where nobody named it. */
  readonly name: string;
}

/** Reads the pane. Rejects where the server or the pane is gone. */
export async function readPane(socket: string, pane: string): Promise<Pane> {
  const [line = '', ...livingPanes] = (
    await tmux(socket, [
      'display-message',
      '-p',
      '-t',
      pane,
      FORMAT,
      ';',
      'list-panes',
      '-a',
      '-F',
      '#{pane_id}',
    ])
  )
    .trimEnd()
    .split('\n');
  const [serverStart, paneId, windowIndex, paneIndex, automatic, mark, sessionName, windowName] =
    line.split('\t');
  if (paneId !== pane || sessionName === undefined)
    throw new Error(`tmux on ${socket} shows no pane ${pane}`);
  const window: WindowFacts = {
    sessionName,
    windowIndex: Number(windowIndex),
    windowName: windowName ?? '',
    automaticName: automatic === '1',
    paneIndex: Number(paneIndex),
    pane,
  };
  return {
    facts: {
      socket,
      serverStart: Number(serverStart),
      pane,
      project: projectFromSession(sessionName),
      addresses: addressesOf(window),
      livingPanes,
    },
    mark: mark || null,
    name: nameFromWindow(window),
  };
}

/** Writes the agent's id onto the pane. */
export async function markPane({ socket, pane }: PaneFacts, agent: string): Promise<void> {
  await tmux(socket, ['set-option', '-p', '-t', pane, MARK, literal(agent)]);
}
