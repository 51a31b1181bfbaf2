/** Commands on a machine that has booted systemd, as its root. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { ORQCTL } from '../../client/orqctl/run-orqctl.ts';

/** Where the machine's service listens, and where its units lie. */
export const SOCKET = '/run/orq/orq.sock';
export const UNITS = '/etc/systemd/system';
export const SERVICE = 'orq-daemon.service';

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function run(
  program: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv = {},
  uid?: number,
): Ended {
  return spawnSync(program, words, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    ...(uid !== undefined && { uid, gid: uid }),
  });
}

export const orqctl = (...words: readonly string[]): Ended => run(process.execPath, [ORQCTL, ...words]);

/** What it printed; it must have succeeded. */
export function done({ status, stdout, stderr }: Ended): string {
  assert.equal(status, 0, `${stdout}${stderr}`);
  return stdout.trim();
}

export const isActive = (unit: string): boolean =>
  run('systemctl', ['is-active', '--quiet', unit]).status === 0;
export const isEnabled = (unit: string): boolean =>
  run('systemctl', ['is-enabled', '--quiet', unit]).status === 0;
