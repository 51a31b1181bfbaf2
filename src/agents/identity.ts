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
  // eslint-disable-next-line no-control-regex
  const clean = name.toWellFormed().replace(/[\u0000-\u001f\u007f-\u009f]/g, '_');
  return Array.from(clean).slice(0, PROPOSED_LENGTH).join('');
}

/** `session:name` where somebody named the window, else `session:index`. */
export function nameFromWindow(window: WindowFacts): string {
  const { sessionName, windowName, windowIndex, automaticName } = window;
  return proposed(`${sessionName}:${automaticName || windowName === '' ? windowIndex : windowName}`);
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

/** `wanted`, or with the first free number behind it: `wanted-2`. */
export function uniqueId(wanted: string, isTaken: (id: string) => boolean): string {
  if (!isTaken(wanted)) return wanted;
  for (let number = 2; ; number += 1) {
    const id = `${wanted}-${number}`;
    if (!isTaken(id)) return id;
  }
}
