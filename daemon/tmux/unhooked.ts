/** Claude Code in panes that no hook has spoken from: it ran before its hooks were installed, or its workspace is not trusted. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { isClaudeProcess } from '../../src/protocol/claude-process.ts';
import type { PanePlace } from '../../src/queue/registry.ts';
import { nameOfPane, paneFacts, projectOfPane, type Snapshot } from './snapshot.ts';

/** Processes looked at below one pane: a shell, a launcher or two, and the client come first. */
const MAX_PROCESSES = 64;

export interface Unhooked extends PanePlace {
  readonly pid: number;
  /** What its agent would be called. */
  readonly name: string;
  readonly project: string;
}

/** One per pane at most: a Claude that another one runs speaks for nobody. `isHooked`: a session of this process is known. */
export function unhookedIn(
  { socket, serverStart, panes }: Snapshot,
  isHooked: (pid: number) => boolean,
  proc = '/proc',
): Unhooked[] {
  return [...panes].flatMap(([pane, sight]) => {
    const pid = claudeBelow(sight.pid, isHooked, proc);
    if (pid === null) return [];
    return [{ socket, serverStart, pane, pid, name: nameOfPane(sight), project: projectOfPane(sight) }];
  });
}

/** Whether a Claude that no hook has spoken from runs in one pane. */
export function unhookedAt(
  snapshots: readonly Snapshot[],
  { socket, serverStart, pane }: PanePlace,
  isHooked: (pid: number) => boolean,
): boolean {
  const seen = snapshots.find((each) => each.socket === socket && each.serverStart === serverStart);
  const sight = seen?.panes.get(pane);
  return sight !== undefined && claudeBelow(sight.pid, isHooked, '/proc') !== null;
}

/** The one pane whose agent would have this name, or this address; null where none would, or several. */
export function placeNamed(snapshots: readonly Snapshot[], name: string): PanePlace | null {
  const places = snapshots.flatMap((snapshot) => namesIn(snapshot).get(name) ?? []);
  return places.length === 1 ? (places[0] ?? null) : null;
}

/** Asked for each agent that is away: made once for each snapshot. */
const named = new WeakMap<Snapshot, ReadonlyMap<string, readonly PanePlace[]>>();

function namesIn(snapshot: Snapshot): ReadonlyMap<string, readonly PanePlace[]> {
  const known = named.get(snapshot);
  if (known) return known;
  const { socket, serverStart, panes } = snapshot;
  const names = new Map<string, PanePlace[]>();
  for (const [pane, sight] of panes)
    for (const name of new Set([nameOfPane(sight), ...(paneFacts(snapshot, pane)?.addresses ?? [])]))
      names.set(name, [...(names.get(name) ?? []), { socket, serverStart, pane }]);
  named.set(snapshot, names);
  return names;
}

/** The nearest Claude at or below `root`, unless it is hooked. */
function claudeBelow(root: number, isHooked: (pid: number) => boolean, proc: string): number | null {
  const queue = [root];
  for (let next = 0; next < queue.length && next < MAX_PROCESSES; next += 1) {
    const pid = queue[next] ?? 0;
    if (isHooked(pid)) return null;
    if (isClaude(`${proc}/${pid}`)) return pid;
    queue.push(...childrenOf(`${proc}/${pid}`));
  }
  return null;
}

function isClaude(entry: string): boolean {
  try {
    return isClaudeProcess({
      argv: readFileSync(`${entry}/cmdline`, 'utf8').split('\0'),
      comm: () => readFileSync(`${entry}/comm`, 'utf8'),
      exe: () => readlinkSync(`${entry}/exe`),
    });
  } catch {
    return false;
  }
}

/** The kernel lists children per thread. */
function childrenOf(entry: string): number[] {
  try {
    return readdirSync(`${entry}/task`).flatMap((thread) =>
      readFileSync(`${entry}/task/${thread}/children`, 'utf8')
        .split(' ')
        .filter((pid) => pid !== '')
        .map(Number),
    );
  } catch {
    return [];
  }
}
