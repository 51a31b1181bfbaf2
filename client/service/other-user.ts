/** Root may look after the service of the machine; hooks, settings and what was noted of them are of the user whom it serves. */
import { lstatSync } from 'node:fs';
import { OrqError } from '../../src/protocol/errors.ts';
import { listRecords } from '../hooks/install-record.ts';
import { accountOf } from './account.ts';
import type { Scope } from './scope.ts';

export interface Acting {
  readonly uid: number;
  /** Where the daemon listens that the command talks to. */
  readonly socket: string;
  /** What is installed, where that is needed to know whom it serves. */
  readonly scope: () => Pick<Scope, 'kind' | 'values'>;
  /** The command as that user types it, from its first word on. */
  readonly command: string;
  /** What root has to do before it. */
  readonly before?: readonly string[];
}

/** @throws OrqError forbidden, with the commands, where root acts for another user: root's home holds none of that user's settings. */
export function assertOwnAgents({ uid, socket, scope, command, before = [] }: Acting): void {
  if (uid !== 0) return;
  const user = ownerOf(socket) ?? servedBy(scope());
  if (user === 'root') return;
  throw new OrqError('forbidden', `socket ${socket}: the agents are those of the user ${user}, not root's`, {
    details: { commands: [...before, `sudo -H -u ${user} ${command}`] },
  });
}

/** @throws OrqError forbidden, with the commands, where root would take the service of a user away whose settings still have the hooks. */
export async function assertHooksGone(
  { kind, values: { user, home } }: Pick<Scope, 'kind' | 'values'>,
  uid: number,
): Promise<void> {
  if (uid !== 0 || kind !== 'system' || user === 'root') return;
  const { length } = await listRecords({ env: { HOME: home } });
  if (length === 0) return;
  throw new OrqError('forbidden', `user ${user}: ${length} settings files still have orq's hooks`, {
    details: { commands: [`sudo -H -u ${user} orqctl hooks uninstall --all`, 'sudo orqctl uninstall'] },
  });
}

function ownerOf(socket: string): string | undefined {
  const found = lstatSync(socket, { throwIfNoEntry: false });
  if (!found) return undefined;
  return found.uid === 0 ? 'root' : accountOf(String(found.uid)).name;
}

function servedBy({ kind, values }: Pick<Scope, 'kind' | 'values'>): string {
  return kind === 'system' ? values.user : 'root';
}
