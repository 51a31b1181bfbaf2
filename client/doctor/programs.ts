/** What the doctor has other programs of orq look at: the database, and the settings of the daemon. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { errorFromJson } from '../../src/protocol/error-json.ts';
import type { ReplyOf } from '../../src/protocol/schemas.ts';
import { well, wrong, type Check } from './check.ts';

/** A database of a million messages takes seconds; milliseconds. */
const PATIENCE_MS = 60_000;

const STORAGE = fileURLToPath(new URL('../../daemon/storage-main.js', import.meta.url));
const DAEMON = fileURLToPath(new URL('../../daemon/main.js', import.meta.url));

interface Ended {
  readonly code: number | null;
  /** It was ended because it took too long. */
  readonly isLate: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(words: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  const child = spawn(process.execPath, words, {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: PATIENCE_MS,
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, isLate: child.killed, stdout, stderr };
}

/** Every page is read, by a connection that holds up no writer. */
export async function databaseCheck({ stateDir }: ReplyOf<'status'>): Promise<Check> {
  const file = join(stateDir, 'orq.db');
  const { isLate, stdout } = await run([STORAGE, 'check', file], process.env);
  if (isLate)
    return well('database', `${file}: not read to its end within ${PATIENCE_MS / 1000} s; orqctl backup is`);
  if (stdout === '')
    return wrong('database', `${file}: the process that read it was killed`, 'run orqctl doctor once more');
  const said = JSON.parse(stdout) as { answer?: { damage: string | null } };
  if (said.answer?.damage === null) return well('database', `${file}: no damage found`);
  const found = said.answer?.damage ?? errorFromJson(said, 503).message;
  return wrong('database', `${file}: ${found}`, 'stop the daemon and orqctl restore a copy from backups');
}

/** The daemon that runs keeps its values where its file is wrong; its next start would not. */
export async function settingsCheck({ stateDir, socket }: ReplyOf<'status'>): Promise<Check> {
  const env = { ...process.env, ORQ_STATE_DIR: stateDir, ORQ_SOCKET: socket };
  const { code, stderr } = await run([DAEMON, '--print-config'], env);
  if (code === 0) return well('settings', 'the settings file can be read');
  const [said = ''] = stderr.trim().split('\n');
  return wrong(
    'settings',
    said.replace(/^orq-daemon: /, ''),
    'mend that line; until then the old values hold',
  );
}
