/** Takes orq off a user's account: hooks first, so that no agent calls what is no longer there; then what waits is kept, then the service ends. */
import { answers } from '../answers.ts';
import { OrqError } from '../../src/protocol/errors.ts';
import { dataFolder, type Host } from '../hooks/host.ts';
import { uninstallAll } from '../rollout/uninstall-all.ts';
import type { Scope } from '../service/scope.ts';
import { uninstallService } from '../service/uninstall.ts';
import { purge } from './purge.ts';

export interface UninstallOptions {
  readonly host: Host;
  readonly scope: Scope;
  readonly socket: string;
  readonly stateDir: string;
  /** Writes down what was not delivered; resolves with the file, null where there is nothing. @throws OrqError unreachable where nobody can read it out. */
  readonly keepUndelivered: () => Promise<string | null>;
  /** Also the state: messages, copies, spool. */
  readonly purge: boolean;
}

export interface Uninstalled {
  /** Settings files that held hooks. */
  readonly hooks: readonly string[];
  readonly undelivered: string | null;
  readonly units: readonly string[];
  /** Folders that are gone. */
  readonly purged: readonly string[];
}

/** Each step may be repeated. @throws OrqError unreachable where messages are to be purged that nobody can read out, instance_running. */
export async function uninstall(options: UninstallOptions): Promise<Uninstalled> {
  const { host, scope, socket, stateDir } = options;
  const hooks = (await uninstallAll(host)).map(({ realFile }) => realFile);
  const undelivered = await kept(options);
  const { removed: units } = await uninstallService(scope);
  if (!options.purge) return { hooks, undelivered, units, purged: [] };
  if (await answers(socket))
    throw new OrqError('instance_running', `socket ${socket}: an orq-daemon still runs, its state stays`);
  return { hooks, undelivered, units, purged: await purge(stateDir, dataFolder(host)) };
}

/** What stays can be exported later: only before a purge somebody has to be there who reads it out. */
async function kept({ purge: isPurge, keepUndelivered }: UninstallOptions): Promise<string | null> {
  try {
    return await keepUndelivered();
  } catch (error) {
    if (isPurge || !(error instanceof OrqError && error.code === 'unreachable')) throw error;
    return null;
  }
}
