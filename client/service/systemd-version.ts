/** Which systemd runs here: what a unit may say depends on it. */
import { spawnSync } from 'node:child_process';

/** The number of its release; 0 where there is none. */
export function systemdVersion(): number {
  const { stdout } = spawnSync('systemctl', ['--version'], { encoding: 'utf8' });
  return Number(/^systemd (\d+)/.exec(stdout ?? '')?.[1] ?? 0);
}
