/** Has the database replaced by a copy, in a process of its own: a client writes no database. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { errorFromJson } from '../src/protocol/error-json.ts';

export interface Restored {
  readonly database: string;
  readonly from: string;
  readonly messages: number;
  readonly replaced: string | null;
  readonly settings: string | null;
}

/** @throws OrqError instance_running, not_found, database_foreign, database_damaged, database_newer. */
export async function restore(stateDir: string, file: string): Promise<Restored> {
  const program = fileURLToPath(new URL('../daemon/restore-main.js', import.meta.url));
  const child = spawn(process.execPath, [program, stateDir, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = await Promise.all([text(child.stdout), once(child, 'close')]);
  const answer = JSON.parse(said || '{}') as { restored?: Restored };
  if (answer.restored) return answer.restored;
  throw errorFromJson(answer, 503);
}
