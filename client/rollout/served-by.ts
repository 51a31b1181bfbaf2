/** Who runs on what: each worktree, its agents and clients, and which system serves them. */
import { isSupportedClient } from '../../src/protocol/supported-client.ts';
import type { Client } from '../client.ts';
import { checkHooks, type CheckReport } from '../hooks/check.ts';
import type { Host } from '../hooks/host.ts';
import type { Worktree } from './worktrees.ts';

export interface Served extends Worktree {
  /** `both`: mail comes twice; `keystrokes`: its client is too old for hooks and it is in push mode. */
  readonly by: 'orq' | 'the old system' | 'both' | 'keystrokes' | 'nobody';
  readonly modes: readonly string[];
  /** Whether a hook of an agent in it was heard; hooks that are installed and never heard are not trusted yet, or their client has not had a turn. */
  readonly heard: boolean;
  readonly findings: CheckReport['findings'];
}

export async function whoServes(
  client: Pick<Client, 'agents'>,
  worktrees: readonly Worktree[],
  { socket, host }: { readonly socket: string; readonly host: Host },
): Promise<readonly Served[]> {
  const { agents } = await client.agents({});
  // One install there serves every folder.
  const user = await checkHooks({ kind: 'user' }, { socket }, host);
  return Promise.all(
    worktrees.map(async (worktree): Promise<Served> => {
      const own = agents.filter(({ id }) => worktree.agents.includes(id));
      const facts = {
        modes: [...new Set(own.map(({ mode }) => mode))],
        heard: own.some((each) => each.lastEvent !== null),
      };
      if (worktree.fault !== null) return { ...worktree, ...facts, by: 'nobody', findings: [] };
      const { ours, oldIn, findings: found } = await checkShared(worktree, { socket, host });
      const isUsers = user.ours.installed && !ours.installed;
      const isInstalled = ours.installed || isUsers;
      if (!isInstalled && !isSupportedClient(worktree.clientVersion) && facts.modes.includes('push'))
        return { ...worktree, ...facts, by: 'keystrokes', findings: [] };
      const isOld = oldIn.length > 0;
      const by = isInstalled ? (isOld ? 'both' : 'orq') : isOld ? 'the old system' : 'nobody';
      const findings = isUsers
        ? [...user.findings, ...found.filter(({ code }) => code === 'old_hooks')]
        : found;
      return { ...worktree, ...facts, by, findings };
    }),
  );
}

/** The file that several folders may share, and what lies beside it in each. */
async function checkShared(
  { folder, sharedWith }: Worktree,
  { socket, host }: { readonly socket: string; readonly host: Host },
): Promise<Pick<CheckReport, 'ours' | 'oldIn' | 'findings'>> {
  const checkFolder = (each: string): Promise<CheckReport> =>
    checkHooks({ kind: 'folder', folder: each }, { socket }, host);
  const { ours, oldIn, findings } = await checkFolder(folder);
  const others = await Promise.all(sharedWith.map(checkFolder));
  return {
    ours,
    oldIn: [...new Set([...oldIn, ...others.flatMap((each) => each.oldIn)])],
    findings: [
      ...findings,
      ...others.flatMap((each) => each.findings.filter(({ code }) => code === 'old_hooks')),
    ],
  };
}
