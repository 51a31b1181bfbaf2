/** Takes orq's hooks out of every settings file that it has put them into. */
import { OrqError } from '../../src/protocol/errors.ts';
import type { Host } from '../hooks/host.ts';
import { dropRecord, listRecords } from '../hooks/install-record.ts';
import { uninstallHooks, type UninstallReport } from '../hooks/uninstall.ts';

/** One whose folder is gone, as after a worktree was removed, is forgotten and left out. @throws OrqError of the first that fails. */
export async function uninstallAll(host: Host): Promise<readonly UninstallReport[]> {
  const reports: UninstallReport[] = [];
  for (const { path } of await listRecords(host)) {
    try {
      reports.push(await uninstallHooks({ kind: 'file', file: path }, host));
    } catch (error) {
      if (!(error instanceof OrqError && error.code === 'not_found')) throw error;
      await dropRecord(path, host);
    }
  }
  return reports;
}
