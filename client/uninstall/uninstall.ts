/** Takes orq off a user's account: hooks first, so that no agent calls what is no longer there; then what waits is kept, then the service ends. */
import { answers } from '../answers.ts';
import { OrqError } from '../../src/protocol/errors.ts';
import { dataFolder, type Host } from '../hooks/host.ts';
import { dropRecord, listRecords } from '../hooks/install-record.ts';
import { uninstallHooks } from '../hooks/uninstall.ts';
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
  const hooks: string[] = [];
  for (const { path } of await listRecords(host)) {
    if (await takeOut(path, host)) hooks.push(path);
  }
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

/** False where the folder of the settings is gone, as after a worktree was removed: its record is forgotten. */
async function takeOut(path: string, host: Host): Promise<boolean> {
  try {
    await uninstallHooks({ kind: 'file', file: path }, host);
    return true;
  } catch (error) {
    if (!(error instanceof OrqError && error.code === 'not_found')) throw error;
    await dropRecord(path, host);
    return false;
  }
}
