/** What the doctor has others look at: the daemon at its database, a program of orq at the daemon's settings. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { OrqError } from '../../src/protocol/errors.ts';
import type { ReplyOf } from '../../src/protocol/schemas.ts';
import type { Client } from '../client.ts';
import { well, wrong, type Check } from './check.ts';

/** A database of a million messages takes seconds; milliseconds. */
const PATIENCE_MS = 60_000;

const DAEMON = fileURLToPath(new URL('../../daemon/main.js', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

async function run(words: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  const child = spawn(process.execPath, words, {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: PATIENCE_MS,
  });
  const [stderr] = await Promise.all([text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, stderr };
}

/** Every page is read, by the daemon's own work: it knows of the long read, and lets no commit fold what has gathered behind it. */
export async function databaseCheck(client: Client, { stateDir }: ReplyOf<'status'>): Promise<Check> {
  const file = join(stateDir, 'orq.db');
  try {
    const { outcome } = await client.maintenanceRun({ work: 'integrity' }, { timeoutMs: PATIENCE_MS });
    return well('database', `${file}: ${outcome}`);
  } catch (error) {
    if (!(error instanceof OrqError)) throw error;
    if (error.code === 'timeout')
      return well(
        'database',
        `${file}: not read to its end within ${PATIENCE_MS / 1000} s; orqctl maintenance tells what comes of it`,
      );
    return wrong(
      'database',
      error.message.includes(file) ? error.message : `${file}: ${error.message}`,
      error.code === 'database_damaged'
        ? 'stop the daemon and orqctl restore a copy from backups'
        : 'run orqctl doctor once more',
    );
  }
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
