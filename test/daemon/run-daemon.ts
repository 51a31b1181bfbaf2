/** The daemon run to its end, for starts that must fail and words that only print. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { DAEMON, daemonEnvironment } from '../support/daemon.ts';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runDaemon(
  folder: string,
  {
    words = [],
    env = {},
    user = {},
  }: {
    words?: readonly string[];
    env?: Readonly<Record<string, string>>;
    /** Whose process it is. */
    user?: { readonly uid?: number; readonly gid?: number };
  } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [DAEMON, ...words], {
    ...user,
    env: { ...daemonEnvironment(folder), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 20_000,
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (stdout += piece));
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (stderr += piece));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}
