/** Writes what waits into a new database that the old system's tools read. */
import { link, open, rm } from 'node:fs/promises';
import { OrqError } from '../../src/protocol/errors.ts';
import type { ExportedMessage } from '../../src/protocol/export-schemas.ts';
import { writeLegacy } from '../../src/store/legacy/write.ts';
import { pendingRows } from '../../src/takeover/pending-row.ts';
import type { Client } from '../client.ts';
import { exportPages } from '../export-document.ts';
import { errnoOf, errorFromErrno } from '../hooks/file-error.ts';

/** Into an existing file nothing is written: what was taken over from it still waits there. @throws OrqError wrong_state, not_found, forbidden. */
export async function writeBack(
  client: Client,
  file: string,
  nowMs: number,
): Promise<{ readonly messages: number; readonly warnings: readonly string[] }> {
  const messages: ExportedMessage[] = [];
  let origin = '';
  for await (const page of exportPages(client, { undelivered: true })) {
    messages.push(...page.messages);
    ({ origin } = page);
  }
  const { agents } = await client.agents({});
  const addresses = new Map(agents.map((agent) => [agent.id, agent.addresses]));
  const { rows, warnings } = pendingRows(messages, (agent) => addresses.get(agent) ?? [], nowMs);
  const unfinished = `${file}.${process.pid}.tmp`;
  try {
    // SQLite gives its journals the mode of the file.
    await (await open(unfinished, 'wx', 0o600)).close();
    writeLegacy(unfinished, rows, origin);
    await link(unfinished, file);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST')
      throw new OrqError('wrong_state', `${file}: exists already, so nothing is written to it`, {
        cause: error,
      });
    throw errorFromErrno(error, file);
  } finally {
    await rm(unfinished, { force: true });
  }
  return { messages: rows.length, warnings };
}
