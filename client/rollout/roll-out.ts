/** Installs the hooks worktree by worktree, or takes those of the old system out where the user's settings have orq's: the canary's first, then one project after the other, and no further than the first failure. */
import { createHash } from 'node:crypto';
import { OrqError } from '../../src/protocol/errors.ts';
import { isSupportedClient } from '../../src/protocol/supported-client.ts';
import type { Client } from '../client.ts';
import { checkHooks } from '../hooks/check.ts';
import type { Host } from '../hooks/host.ts';
import { installHooks } from '../hooks/install.ts';
import { readRecord } from '../hooks/install-record.ts';
import { replaceOldIn, type ReplacedOld } from '../hooks/replace-old.ts';
import type { HookTarget } from '../hooks/targets.ts';
import { proveDelivery, type Proof } from './prove-delivery.ts';
import type { Worktree } from './worktrees.ts';

export interface Stop extends Worktree {
  /** `too old`: its client cannot be served by hooks, its agents are in push mode now; `missing`: the folder is not there; `failed`: the rest was not begun. */
  readonly outcome: 'installed' | 'unchanged' | 'too old' | 'missing' | 'failed' | 'not reached';
  readonly reason: string | null;
}

export interface RollOut {
  readonly ok: boolean;
  readonly stops: readonly Stop[];
  /** Of the canary; null where none was asked for. */
  readonly canary: Proof | null;
}

export interface RollOutOptions {
  readonly socket: string;
  readonly allowOrqctl: boolean;
  /** An agent's id or address: it has to prove a delivery before anybody else is touched. */
  readonly canary: string | undefined;
  readonly timeoutMs: number;
  readonly dryRun: boolean;
  readonly host: Host;
  /** Told after each worktree, and before the canary is waited for. */
  readonly report: (line: string) => void;
}

/** Whoever runs it again goes on where it stopped: what is installed stays as it is. @throws OrqError not_found for an unknown canary. */
export async function rollOut(
  client: Client,
  worktrees: readonly Worktree[],
  options: RollOutOptions,
): Promise<RollOut> {
  const first =
    options.canary === undefined ? undefined : await worktreeOf(client, worktrees, options.canary);
  const order = first ? [first, ...worktrees.filter((each) => each !== first)] : worktrees;
  const stops: Stop[] = [];
  const isUsers = (await checkHooks({ kind: 'user' }, {}, options.host)).ours.installed;
  let canary: Proof | null = null;
  let ok = true;
  for (const worktree of order) {
    const stop: Stop = ok
      ? await install(client, worktree, { ...options, isUsers })
      : { ...worktree, outcome: 'not reached', reason: null };
    stops.push(stop);
    if (!ok) continue;
    options.report(lineOf(stop));
    ok = stop.outcome !== 'failed' && !(worktree === first && stop.outcome === 'missing');
    if (worktree === first && ok && !options.dryRun) {
      canary = await prove(client, worktree, options);
      ok = canary.proven;
    }
  }
  return { ok, stops, canary };
}

function lineOf({ folder, outcome, reason, agents, project }: Stop): string {
  const who = agents.length > 0 ? ` (${agents.join(', ')})` : '';
  const where = project === null ? folder : `${project}: ${folder}`;
  return `${where}${who}: ${outcome}${reason === null ? '' : `, ${reason}`}`;
}

async function worktreeOf(client: Client, worktrees: readonly Worktree[], canary: string): Promise<Worktree> {
  const { agents } = await client.agents({});
  const ids = agents
    .filter(({ id, addresses }) => id === canary || addresses.includes(canary))
    .map(({ id }) => id);
  const found = worktrees.find((each) => [canary, ...ids].some((id) => each.agents.includes(id)));
  if (found) return found;
  throw new OrqError('not_found', `canary "${canary}": no worktree of such an agent is known`);
}

async function install(
  client: Client,
  worktree: Worktree,
  options: RollOutOptions & { readonly isUsers: boolean },
): Promise<Stop> {
  const { folder, named, clientVersion, fault, agents } = worktree;
  const { socket, allowOrqctl, dryRun, host, isUsers } = options;
  if (fault !== null) return { ...worktree, outcome: 'missing', reason: fault };
  // Each has settings of its own beside the file that they share.
  const folders = [folder, ...worktree.sharedWith];
  try {
    if (!isSupportedClient(clientVersion)) {
      if (!dryRun) for (const agent of agents) await client.agentMode({ mode: 'push', agent });
      return { ...worktree, outcome: 'too old', reason: `its client is ${clientVersion}: push mode` };
    }
    if (dryRun) {
      const checked = await Promise.all(folders.map((each) => checkHooks(targetOf(each), { socket }, host)));
      const isDone = checked.every(({ ours, oldIn }) => (isUsers || ours.complete) && oldIn.length === 0);
      return { ...worktree, outcome: isDone ? 'unchanged' : 'installed', reason: null };
    }
    if (isUsers) {
      const replaced: ReplacedOld[] = [];
      for (const each of folders) replaced.push(...(await replaceOldIn(each, host)));
      const reason =
        replaced.length > 0 ? "hooks of the old system taken out; the user's settings have orq's" : null;
      return { ...worktree, outcome: replaced.length > 0 ? 'installed' : 'unchanged', reason };
    }
    const given = named === null ? {} : { agent: named };
    let changed = false;
    for (const each of folders) {
      const target = targetOf(each);
      const { outcome, replacedOld } = await installHooks(target, { socket, allowOrqctl, ...given }, host);
      const [finding] = (await checkHooks(target, { socket }, host)).findings;
      if (finding) return { ...worktree, outcome: 'failed', reason: finding.message };
      changed ||= outcome !== 'unchanged' || replacedOld.length > 0;
    }
    return { ...worktree, outcome: changed ? 'installed' : 'unchanged', reason: null };
  } catch (error) {
    if (!(error instanceof OrqError)) throw error;
    return { ...worktree, outcome: 'failed', reason: error.message };
  }
}

function targetOf(folder: string): HookTarget {
  return { kind: 'folder', folder };
}

/** One install is proven once: the key holds when it was made. */
async function prove(client: Client, { folder }: Worktree, options: RollOutOptions): Promise<Proof> {
  const { canary: agent = '', timeoutMs, host, report } = options;
  const { ours, realFile } = await checkHooks(targetOf(folder), {}, host);
  const installedAtMs = (await readRecord(realFile, host))?.installedAtMs ?? 0;
  report(
    `waiting until ${agent} has proven a delivery; one that runs already can be woken after its next prompt or answer`,
  );
  const made = createHash('sha256').update(JSON.stringify([ours.socket, realFile, installedAtMs]));
  return proveDelivery(client, agent, {
    key: `canary:${made.digest('base64url')}`,
    timeoutMs,
  });
}
