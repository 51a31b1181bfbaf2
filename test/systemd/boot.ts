/** A systemd of its own, process 1 of namespaces of its own, over a copy of this machine's files that is gone with it. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { PACKAGE } from '../docs/documents.ts';
import { testFolder } from '../support/folder.ts';

const SYSTEMD = '/lib/systemd/systemd';

/** Where the project lies inside. */
export const INSIDE = '/opt/orq';

/** Units that have no business outside real hardware. */
const MASKED = [
  'systemd-udevd.service',
  'systemd-udev-trigger.service',
  'systemd-modules-load.service',
  'systemd-sysctl.service',
  'systemd-random-seed.service',
  'systemd-binfmt.service',
  'systemd-remount-fs.service',
  'systemd-udevd-control.socket',
  'systemd-udevd-kernel.socket',
  'proc-sys-fs-binfmt_misc.automount',
];

/** $1 an empty folder, $2 the folder for results, $3 the project. The root is turned rather than chosen, else no unit could have namespaces for users. */
const BOOT = `
set -e
mount --make-rprivate /
mount -t tmpfs tmpfs "$1"
mkdir "$1/up" "$1/wk" "$1/m"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/up,workdir=$1/wk" "$1/m"
cd "$1/m"
rm -rf ./root/.local/state/orq ./root/.config/systemd
mkdir -p .${INSIDE}
mount --bind "$3" .${INSIDE}
mount -t proc proc proc
mount --rbind /dev dev
mount -t sysfs sysfs sys
mount -t cgroup2 cgroup sys/fs/cgroup
mount -t tmpfs tmpfs run
mkdir run/out
mount --bind "$2" run/out
mount -t tmpfs tmpfs tmp
chmod 1777 tmp
for unit in ${MASKED.join(' ')}; do ln -sf /dev/null "etc/systemd/system/$unit"; done
cp run/out/check.service run/out/check.target etc/systemd/system/
pivot_root . mnt
cd /
umount -l mnt
export container=docker
exec ${SYSTEMD} --unit=check.target
`;

const CHECK_TARGET = `[Unit]
Requires=basic.target check.service
After=basic.target check.service
`;

const NAMESPACES = ['--pid', '--fork', '--mount', '--uts', '--ipc', '--cgroup', '--kill-child'];

/** Why systemd cannot be booted here; false where it can. */
export function withoutBoot(): string | false {
  if (process.getuid?.() !== 0) return 'only root can make the namespaces';
  if (!existsSync(SYSTEMD)) return `${SYSTEMD} is missing`;
  const made = spawnSync('unshare', [...NAMESPACES, 'mount', '--make-rprivate', '/'], { encoding: 'utf8' });
  return made.status !== 0 && `no namespaces here: ${made.stderr.trim()}`;
}

/** Runs a test file of the project, named by its path below dist, in a booted systemd. Resolves with what it printed (TAP), and the log of the boot. */
export async function runInside(file: string, limitMs: number): Promise<{ tap: string; log: string }> {
  using folder = testFolder();
  const [root, out] = [folder.at('root'), folder.at('out')];
  for (const path of [root, out]) mkdirSync(path);
  const run = `${process.execPath} --test --test-reporter=tap --test-reporter-destination=/run/out/tap ${INSIDE}/dist/${file}`;
  writeFileSync(`${out}/check.target`, CHECK_TARGET);
  writeFileSync(
    `${out}/check.service`,
    [
      '[Unit]',
      'After=basic.target',
      '[Service]',
      'Type=oneshot',
      `Environment="PATH=${process.env['PATH'] ?? ''}" HOME=/root`,
      `ExecStart=/bin/sh -c '${run} >/run/out/log 2>&1'`,
      'ExecStopPost=/bin/sh -c "journalctl --no-pager -n 200 >/run/out/journal"',
      'ExecStopPost=systemctl poweroff --force --force',
      '',
    ].join('\n'),
  );
  const booted = spawn('unshare', [...NAMESPACES, 'sh', '-c', BOOT, 'boot', root, out, PACKAGE], {
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: limitMs,
    killSignal: 'SIGKILL',
  });
  await once(booted, 'close');
  const read = (name: string): string =>
    existsSync(`${out}/${name}`) ? readFileSync(`${out}/${name}`, 'utf8') : '';
  return { tap: read('tap'), log: `${read('log')}\n${read('journal')}` };
}
