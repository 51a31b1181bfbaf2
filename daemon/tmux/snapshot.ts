/** One tmux server at one moment: all its panes by one bounded call, so that what is compared was true together. */
import {
  addressesOf,
  nameFromWindow,
  projectFromSession,
  type WindowFacts,
} from '../../src/agents/identity.ts';
import type { PaneFacts } from '../../src/queue/registry.ts';
import { MARK } from './pane.ts';
import { tmux } from './tmux.ts';

/**
 * TAB alone survives tmux's formats unchanged among control characters (measured on 3.3a); names cannot hold it. The mark can: any process
 * may set it, so it stands last.
 */
const FORMAT = [
  'start_time',
  'session_id',
  'pane_id',
  'pane_pid',
  'window_index',
  'pane_index',
  'automatic-rename',
  'exit-unattached',
  'destroy-unattached',
  'session_name',
  'window_name',
  MARK,
]
  .map((name) => `#{${name}}`)
  .join('\t');

export interface PaneSight {
  /** The process that tmux started in it. */
  readonly pid: number;
  /** In each session that shows it; the oldest first, which names it. */
  readonly windows: readonly [WindowFacts, ...WindowFacts[]];
  readonly mark: string | null;
}

export interface Snapshot {
  readonly socket: string;
  /** Seconds since the epoch. */
  readonly serverStart: number;
  readonly panes: ReadonlyMap<string, PaneSight>;
  /** A session that a client may attach to and leave without ending it or the server; null where there is none. */
  readonly watchable: string | null;
}

/** Rejects with OrqError timeout where the server does not answer, else with tmux's words. */
export async function takeSnapshot(socket: string): Promise<Snapshot> {
  const text = await tmux(socket, ['list-panes', '-a', '-F', FORMAT]);
  return { socket, ...readSnapshot(text) };
}

interface Line {
  readonly serverStart: number;
  readonly session: number;
  readonly survives: boolean;
  readonly pid: number;
  readonly mark: string | null;
  readonly window: WindowFacts;
}

/** @throws where this is no answer to the format. */
export function readSnapshot(text: string): Pick<Snapshot, 'serverStart' | 'panes' | 'watchable'> {
  const lines = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => readLine(line))
    .toSorted((one, other) => one.session - other.session);
  const [first] = lines;
  if (!first) throw new Error('tmux lists no pane');
  const panes = new Map<string, PaneSight>();
  for (const { window, pid, mark } of lines) {
    const known = panes.get(window.pane);
    panes.set(
      window.pane,
      known ? { ...known, windows: [...known.windows, window] } : { pid, mark, windows: [window] },
    );
  }
  const watchable = lines.find(({ survives }) => survives);
  return { serverStart: first.serverStart, panes, watchable: watchable ? `$${watchable.session}` : null };
}

function readLine(line: string): Line {
  const [
    start,
    session,
    pane,
    pid,
    windowIndex,
    paneIndex,
    automatic,
    exits,
    destroys,
    sessionName,
    windowName,
    ...mark
  ] = line.split('\t');
  if (pane === undefined || sessionName === undefined || windowName === undefined)
    throw new Error('tmux answers in another form than it was asked for');
  return {
    serverStart: Number(start),
    session: Number(session?.slice(1)),
    survives: isOff(exits) && isOff(destroys),
    pid: Number(pid),
    mark: mark.join('\t') || null,
    window: {
      sessionName,
      windowIndex: Number(windowIndex),
      windowName,
      automaticName: automatic === '1',
      paneIndex: Number(paneIndex),
      pane,
    },
  };
}

/** An option that newer versions made a choice of words. */
function isOff(option: string | undefined): boolean {
  return option === '0' || option === 'off' || option === '';
}

/** What the store keeps of a pane. */
export function paneFacts({ socket, serverStart, panes }: Snapshot, pane: string): PaneFacts | null {
  const sight = panes.get(pane);
  if (!sight) return null;
  return {
    socket,
    serverStart,
    pane,
    project: projectOfPane(sight),
    addresses: [...new Set(sight.windows.flatMap((window) => addressesOf(window)))],
  };
}

/** What an agent in this pane works on. */
export function projectOfPane({ windows }: PaneSight): string {
  return projectFromSession(windows[0].sessionName);
}

/** What an agent in this pane is called where nobody named it. */
export function nameOfPane({ windows }: PaneSight): string {
  return nameFromWindow(windows[0]);
}
