/** A folder in the place of /run/orq, for programs started with `under`: in a mount namespace of their own, which needs root or user namespaces. */
import { spawnSync } from 'node:child_process';

const MOUNT =
  'mount -t tmpfs tmpfs /run && mkdir /run/orq && mount --bind "$1" /run/orq && shift && exec "$@"';

/** Why there can be none here, or false. */
export const MACHINE_FOLDER_MISSING: string | false =
  spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/run'], { stdio: 'ignore' }).status === 0
    ? false
    : 'no mount namespace can be had here';

/** In front of a program that sees `folder` as /run/orq. */
export function underMachineFolder(folder: string): readonly string[] {
  return ['unshare', '-rm', 'sh', '-c', MOUNT, 'sh', folder];
}
