/** Where an agent is, as its tmux server shows it: what it may be called there, and what it works on. */

export interface Dwelling {
  readonly id: string;
  readonly serverStart: number;
  readonly pane: string;
  readonly project: string | null;
  readonly addresses: readonly string[];
  /** A session is bound to it. */
  readonly bound: boolean;
}

export interface SeenPane {
  readonly addresses: readonly string[];
  readonly project?: string;
}

export interface Change {
  /** Its pane is on the server. */
  readonly isThere: boolean;
  /** Absent where they are as they were. */
  readonly addresses?: readonly string[];
  readonly project?: string;
}

/**
 * An agent whose pane is gone has no address but its id: windows that moved up have its old ones. Where nobody listens behind the socket
 * (`serverStart` null) a bound agent keeps its own: only the file of the socket may be gone.
 */
export function dwellingOf(
  before: Dwelling,
  serverStart: number | null,
  panes: ReadonlyMap<string, SeenPane>,
): Change {
  if (serverStart === null && before.bound) return { isThere: false };
  const pane = serverStart === before.serverStart ? panes.get(before.pane) : undefined;
  const addresses = (pane?.addresses ?? []).filter((address) => address !== before.id);
  return {
    isThere: pane !== undefined,
    ...(!isSame(addresses, before.addresses) && { addresses }),
    ...(pane?.project !== undefined && pane.project !== before.project && { project: pane.project }),
  };
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((address) => other.includes(address));
}
