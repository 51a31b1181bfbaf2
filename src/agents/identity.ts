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

/** `session:name` where somebody named the window, else `session:index`. */
export function nameFromWindow(window: WindowFacts): string {
  const { sessionName, windowName, windowIndex, automaticName } = window;
  return `${sessionName}:${automaticName || windowName === '' ? windowIndex : windowName}`;
}

/** Everything a sender may call an agent in this pane, for now. */
export function addressesOf(window: WindowFacts): string[] {
  const { sessionName, windowIndex, windowName, paneIndex, pane } = window;
  return [
    ...new Set([
      `${sessionName}:${windowIndex}`,
      `${sessionName}:${windowName}`,
      `${sessionName}:${windowIndex}.${paneIndex}`,
      pane,
    ]),
  ];
}

/** The last part of a folder's path, for an agent outside tmux. */
export function nameFromFolder(path: string): string {
  return path.split('/').findLast((part) => part !== '') ?? 'agent';
}

/** `wanted`, or with the first free number behind it: `wanted-2`. */
export function uniqueId(wanted: string, isTaken: (id: string) => boolean): string {
  if (!isTaken(wanted)) return wanted;
  for (let number = 2; ; number += 1) {
    const id = `${wanted}-${number}`;
    if (!isTaken(id)) return id;
  }
}
