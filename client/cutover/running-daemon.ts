/** A rollback asks the daemon what waits: one that systemd has is started for it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { OrqError } from '../../src/protocol/errors.ts';
import type { Client } from '../client.ts';
import { startService } from '../service/install.ts';
import type { Scope } from '../service/scope.ts';
import { SERVICE } from '../service/unit-files.ts';
import { isDown } from '../spool.ts';

/** @returns whether it had to be started. @throws OrqError unreachable where nobody answers and systemd has no unit of it; a dry run starts nothing. */
export async function ensureDaemon(
  client: Pick<Client, 'ping'>,
  scope: Scope,
  { dryRun }: { readonly dryRun: boolean },
): Promise<boolean> {
  try {
    await client.ping({});
    return false;
  } catch (error) {
    if (!(error instanceof OrqError) || !isDown(error)) throw error;
    const isOurs = existsSync('/run/systemd/system') && existsSync(join(scope.folder, SERVICE));
    if (!isOurs || dryRun)
      throw new OrqError('unreachable', error.message, {
        cause: error,
        details: { ...error.details, rollback: true },
      });
    await startService(scope);
    return true;
  }
}
