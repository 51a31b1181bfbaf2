/** Starts a program in a pane: in one that is there and free, or in a new window that is marked before the program runs. */
import { FOREIGN_VARIABLES } from '../../src/agents/start-command.ts';
import type { PanePlace } from '../../src/queue/registry.ts';
import { markPane } from './pane.ts';
import { gotNoAnswer, literal, tmux } from './tmux.ts';

/** Holds a new pane until the agent's program takes its place; ends by itself should the daemon not come back. */
export const PLACEHOLDER = ['sleep', '600'] as const;

/** The pane option that says that what runs there was started by orq: its dead pane is orq's to close. */
const STARTED = '@orq_started';

const NOW = [
  'start_time',
  'pane_id',
  'pane_pid',
  'pane_dead',
  'pane_dead_status',
  'pane_dead_signal',
  STARTED,
]
  .map((name) => `#{${name}}`)
  .join('\t');

export interface PaneNow extends PanePlace {
  readonly panePid: number;
  readonly isDead: boolean;
  /** What its program ended with, where tmux tells. */
  readonly exit: { readonly status: number | null; readonly signal: number | null };
  readonly isOurs: boolean;
}

/** Null where the server has no such pane, or is not there. Rejects where it does not answer in time. */
export async function paneNow(socket: string, pane: string): Promise<PaneNow | null> {
  const text = await tmux(socket, ['display-message', '-p', '-t', pane, NOW]).catch((error: unknown) => {
    if (gotNoAnswer(error)) throw error;
    return '';
  });
  const now = text === '' ? null : readPane(socket, text);
  // Without such a pane some versions answer for another one.
  return now?.pane === pane ? now : null;
}

function readPane(socket: string, text: string): PaneNow {
  const [start, pane = '', pid, dead, status = '', signal = '', ours = ''] = text
    .replace(/\n$/, '')
    .split('\t');
  const number = (word: string): number | null => (/^\d+$/.test(word) ? Number(word) : null);
  return {
    socket,
    serverStart: Number(start),
    pane,
    panePid: Number(pid),
    isDead: dead === '1',
    exit: { status: number(status), signal: number(signal) },
    isOurs: ours !== '',
  };
}

export interface WindowPlace {
  readonly socket: string;
  readonly session: string;
  readonly window: string;
  readonly folder: string;
}

/** The words that open a window with the placeholder in it, in the session or in a new one of that name. */
export function windowWords({ session, window, folder }: WindowPlace, isNewSession: boolean): string[] {
  // tmux expands formats in names and folders.
  const plain = (text: string): string => literal(text.replaceAll('#', '##'));
  const place = isNewSession
    ? ['new-session', '-d', '-s', plain(session)]
    : ['new-window', '-d', '-t', `=${session}:`];
  return [...place, '-P', '-F', NOW, '-n', plain(window), '-c', plain(folder), ...PLACEHOLDER];
}

/** Opens a window on a server that is there. Rejects with tmux's words. */
export async function openWindow(place: WindowPlace): Promise<PaneNow> {
  const { socket, session } = place;
  const has = await tmux(socket, ['has-session', '-t', `=${session}`]).then(
    () => true,
    () => false,
  );
  return readPane(socket, await tmux(socket, windowWords(place, !has)));
}

export interface Program {
  readonly agent: string;
  readonly argv: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Puts the program in the place of what is in the pane. The pane stays when it ends, and tells how. Rejects with tmux's words. */
export async function runInPane({ socket, pane }: PanePlace, program: Program): Promise<void> {
  await tmux(socket, ['set-option', '-p', '-t', pane, 'remain-on-exit', 'on']);
  await tmux(socket, ['set-option', '-p', '-t', pane, STARTED, '1']);
  await markPane({ socket, pane }, program.agent);
  const { PATH, ...others } = program.environment;
  const environment = Object.entries({ ...others, ORQ_AGENT: program.agent });
  // A single word would be given to a shell; `env` also takes away what another client left to the server.
  await tmux(socket, [
    'respawn-pane',
    '-k',
    '-t',
    pane,
    '-c',
    literal(program.folder.replaceAll('#', '##')),
    ...environment.flatMap(([name, value]) => ['-e', literal(`${name}=${value}`)]),
    'env',
    ...FOREIGN_VARIABLES.flatMap((name) => ['-u', name]),
    // tmux puts the PATH of whoever calls it in the place of the one that it is given (3.3a), and the daemon's holds no agents.
    ...(PATH === undefined ? [] : [literal(`PATH=${PATH}`)]),
    ...program.argv.map((word) => literal(word)),
  ]);
}

/** Closes a pane in which nothing was started yet. */
export async function closePane({ socket, pane }: PanePlace): Promise<void> {
  await tmux(socket, ['kill-pane', '-t', pane]);
}

/** Closes a pane whose program has ended. */
export async function closeDeadPane({ socket, pane }: PanePlace): Promise<void> {
  await tmux(socket, ['if-shell', '-F', '-t', pane, '#{pane_dead}', `kill-pane -t ${pane}`]);
}
