/** What an agent is called that nobody named: after its tmux window, else after its folder. */

/** A window as tmux shows it. */
export interface WindowFacts {
  readonly sessionName: string;
  readonly windowIndex: number;
  readonly windowName: string;
  /** tmux names the window after its program: nobody chose that name. */
  readonly automaticName: boolean;
  readonly paneIndex: number;
  readonly pane: string;
}

/** Longest proposed name in code points: an id may have 200, and a number may follow. */
const PROPOSED_LENGTH = 180;

/** tmux and file systems allow more than an id may hold: a name that the store refuses would leave its agent without mail. */
function proposed(name: string): string {
  const clean = name
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, '_')
    .replace(/^[@%\s-]+/u, '');
  return Array.from(clean).slice(0, PROPOSED_LENGTH).join('').trim() || 'agent';
}

/** `session:name` where somebody named the window, else `session:index`. */
export function nameFromWindow(window: WindowFacts): string {
  const { sessionName, windowName, windowIndex, automaticName } = window;
  return proposed(`${sessionName}:${automaticName || windowName === '' ? windowIndex : windowName}`);
}

/** The project that a tmux session is named for: its name, without the `-session` that the old system's tools put behind it. */
export function projectFromSession(sessionName: string): string {
  return proposed(sessionName.replace(/(?<=.)-session$/, ''));
}

/** Everything a sender may call an agent in this pane, for now. */
export function addressesOf(window: WindowFacts): string[] {
  const { sessionName, windowIndex, windowName, paneIndex, pane } = window;
  return [
    ...new Set([
      `${sessionName}:${windowIndex}`,
      ...(windowName === '' ? [] : [`${sessionName}:${windowName}`]),
      `${sessionName}:${windowIndex}.${paneIndex}`,
      pane,
    ]),
  ];
}

/** The last part of a folder's path, for an agent outside tmux. */
export function nameFromFolder(path: string): string {
  return proposed(path.split('/').findLast((part) => part !== '') ?? 'agent');
}

/** Who has a name now: its living session and the pane that it was last seen in. */
export interface Holder {
  readonly bound: boolean;
  readonly socket: string | null;
  readonly serverStart: number | null;
  readonly pane: string | null;
}

/** A tmux server as the newcomer sees it. */
export interface Server {
  readonly socket: string;
  readonly serverStart: number;
  /** All panes that live on it; absent where nobody looked. */
  readonly livingPanes?: readonly string[];
}

/** Whether a newcomer in a pane of `server` is the one that the name meant: nobody lives under it, and its pane is gone or its server started anew. */
export function isVacant(holder: Holder, { socket, serverStart, livingPanes }: Server): boolean {
  if (holder.bound) return false;
  if (holder.pane === null) return true;
  if (holder.socket !== socket) return false;
  return holder.serverStart !== serverStart || livingPanes?.includes(holder.pane) === false;
}

/** `wanted`, or with the first free number behind it: `wanted-2`. */
export function uniqueId(wanted: string, isTaken: (id: string) => boolean): string {
  if (!isTaken(wanted)) return wanted;
  for (let number = 2; ; number += 1) {
    const id = `${wanted}-${number}`;
    if (!isTaken(id)) return id;
  }
}
