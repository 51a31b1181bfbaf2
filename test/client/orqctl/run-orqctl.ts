/** Runs the built `orqctl` as a process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export const ORQCTL = fileURLToPath(new URL('../../../client/orqctl/main.js', import.meta.url));

export interface Ran {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly socket?: string;
  readonly stdin?: string | Uint8Array;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export async function orqctl(words: readonly string[], around: Surroundings = {}): Promise<Ran> {
  const child = spawn(process.execPath, [ORQCTL, ...words], {
    env: { ...process.env, ...(around.socket && { ORQ_SOCKET: around.socket }), ...around.env },
    ...(around.cwd !== undefined && { cwd: around.cwd }),
    stdio: 'pipe',
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(around.stdin);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { exit: child.exitCode, stdout, stderr };
}
