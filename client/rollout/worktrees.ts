/** The worktrees that agents work in: of the registry, of processes that run, of the old registry, or of a list. */
import { stat } from 'node:fs/promises';
import type { Agent } from '../../src/protocol/schemas.ts';
import type { Client } from '../client.ts';
import type { Host } from '../hooks/host.ts';
import { runningAgents, type RunningAgent } from '../hooks/running-agents.ts';
import { locateSettings } from '../hooks/targets.ts';
import { registeredWorktrees } from '../takeover/old-files.ts';
import { readWorktreeList } from './worktree-list.ts';

/** One settings file and whoever reads it. */
export interface Worktree {
  readonly folder: string;
  /** Other folders that lead to the same settings file. */
  readonly sharedWith: readonly string[];
  /** Ids of its agents, as far as they are known. */
  readonly agents: readonly string[];
  /** The id that a list gives its agent; null: the pane says it. */
  readonly named: string | null;
  readonly project: string | null;
  /** The oldest client that is known to run in it. */
  readonly clientVersion: string | null;
  /** Why nothing can be installed there; null where something can. */
  readonly fault: string | null;
}

export interface WorktreeSources {
  /** Lines of a folder, or of a folder, a tab and the id of its agent; then nothing else is looked at. */
  readonly list: string | undefined;
  /** The old system's folder, with its registry. */
  readonly root: string | undefined;
  /** Socket of a tmux server whose panes count too; else only those that the daemon has in view. */
  readonly tmux: string | undefined;
}

interface Sighting {
  readonly folder: string;
  readonly agent: string | null;
  readonly named: string | null;
  readonly project: string | null;
  readonly version: string | null;
}

/** By project, then by folder; without one last. @throws OrqError of the daemon, not_found for the list. */
export async function findWorktrees(
  client: Pick<Client, 'agents'>,
  { list, root, tmux }: WorktreeSources,
  host: Host,
): Promise<readonly Worktree[]> {
  const { agents } = await client.agents({});
  const seen = list === undefined ? await sightings(agents, root, tmux) : await listed(list, agents);
  const byFile = new Map<string, [Sighting, ...Sighting[]]>();
  const faults = new Map<string, string>();
  for (const each of seen) {
    const { file, fault } = await settingsOf(each.folder, host);
    if (fault !== null) faults.set(file, fault);
    const known = byFile.get(file);
    if (known) known.push(each);
    else byFile.set(file, [each]);
  }
  return Array.from(byFile, ([file, group]) => worktreeOf(group, faults.get(file) ?? null)).toSorted(
    byProject,
  );
}

async function sightings(
  agents: readonly Agent[],
  root: string | undefined,
  tmux: string | undefined,
): Promise<Sighting[]> {
  const running = await runningAgents();
  const agentAt = ({ pid, pane, tmuxSocket }: RunningAgent): Agent | undefined =>
    agents.find(
      (agent) => agent.pid === pid || (pane !== null && agent.pane === pane && agent.tmux === tmuxSocket),
    );
  const old = root === undefined ? [] : await registeredWorktrees(root);
  return [
    ...agents.flatMap(({ id, folder, project, clientVersion }) =>
      folder ? [{ folder, agent: id, named: null, project, version: clientVersion }] : [],
    ),
    ...running.flatMap((each) => {
      const agent = agentAt(each);
      if (!agent && (tmux === undefined || each.tmuxSocket !== tmux)) return [];
      const { id = null, project = null, clientVersion = null } = agent ?? {};
      return [{ folder: each.cwd, agent: id, named: null, project, version: clientVersion ?? each.version }];
    }),
    ...old.map((each) => ({ ...each, named: null, version: null })),
  ];
}

async function listed(file: string, agents: readonly Agent[]): Promise<Sighting[]> {
  return (await readWorktreeList(file)).map(({ folder, named }) => {
    const known = agents.find((agent) => agent.id === named || agent.folder === folder);
    const { project = null, clientVersion: version = null } = known ?? {};
    return { folder, agent: named ?? known?.id ?? null, named, project, version };
  });
}

/** A folder that is not there any more keeps its own line, with the reason. */
async function settingsOf(folder: string, host: Host): Promise<{ file: string; fault: string | null }> {
  try {
    await stat(folder);
    const { realFile } = await locateSettings({ kind: 'folder', folder }, host);
    return { file: realFile, fault: null };
  } catch (error) {
    return { file: folder, fault: error instanceof Error ? error.message : String(error) };
  }
}

function worktreeOf(group: readonly [Sighting, ...Sighting[]], fault: string | null): Worktree {
  const [first] = group;
  const folders = [...new Set(group.map(({ folder }) => folder))];
  const names = [...new Set(group.flatMap(({ named }) => named ?? []))];
  const versions = group.flatMap(({ version }) => version ?? []).toSorted(byVersion);
  return {
    folder: first.folder,
    sharedWith: folders.slice(1),
    agents: [...new Set(group.flatMap(({ agent }) => agent ?? []))],
    // Several agents that read one file cannot have one id.
    named: names.length === 1 ? (names[0] ?? null) : null,
    project: group.find(({ project }) => project !== null)?.project ?? null,
    clientVersion: versions[0] ?? null,
    fault,
  };
}

function byVersion(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}

function byProject(one: Worktree, other: Worktree): number {
  const key = ({ project, folder }: Worktree): string =>
    `${project === null ? '1' : `0${project}`}\0${folder}`;
  return key(one) < key(other) ? -1 : 1;
}
