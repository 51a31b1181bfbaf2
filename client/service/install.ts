/** Writes orq's units, has systemd read them, and starts what they name. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { answers } from '../answers.ts';
import { OrqError } from '../../src/protocol/errors.ts';
import { naming } from '../hooks/file-error.ts';
import { readIfThere, replaceFile, sameBytes } from '../hooks/replace-file.ts';
import { assertAlone, type Scope } from './scope.ts';
import { ask, order } from './systemctl.ts';
import { SERVICE, SOCKET, UNITS, unitFiles, type UnitFile } from './unit-files.ts';

export interface ServiceInstalled {
  readonly scope: Scope['kind'];
  readonly user: string;
  readonly socket: string;
  readonly stateDir: string;
  readonly files: readonly { readonly path: string; readonly changed: boolean }[];
  /** Whether the user's systemd goes on after the last logout; null where that does not matter. */
  readonly lingers: boolean | null;
}

/** @throws OrqError wrong_state where the machine was not booted with systemd. */
export function assertSystemd(): void {
  if (existsSync('/run/systemd/system')) return;
  throw new OrqError('wrong_state', 'this machine was not booted with systemd', {
    details: { systemd: false },
  });
}

/** What an install would write. */
export function plannedUnits(packageFolder: string, scope: Scope): readonly UnitFile[] {
  return unitFiles(packageFolder, scope.kind, scope.values);
}

/** @throws OrqError wrong_state, instance_running, forbidden. */
export async function installService(packageFolder: string, scope: Scope): Promise<ServiceInstalled> {
  assertSystemd();
  assertAlone(scope);
  // Before anything is written: a user's own systemd may not be there.
  await order(scope, 'show-environment');
  await assertNobodyElse(scope);
  const files: { path: string; changed: boolean }[] = [];
  for (const { name, text } of plannedUnits(packageFolder, scope)) {
    const path = join(scope.folder, name);
    files.push({ path, changed: await place(path, new TextEncoder().encode(text)) });
  }
  const changed = files.some((file) => file.changed);
  // A daemon that runs goes on under the units from before until it is started again.
  const runs = (await ask(scope, ['is-active', SERVICE])).code === 0;
  if (changed) await order(scope, 'daemon-reload');
  await startService(scope);
  if (changed && runs) await order(scope, 'restart', SERVICE);
  const { user, socket, stateDir } = scope.values;
  return { scope: scope.kind, user, socket, stateDir, files, lingers: lingers(scope) };
}

/** Also after failures: they are forgotten first, the socket's too. */
export async function startService(scope: Scope): Promise<void> {
  await ask(scope, ['reset-failed', ...UNITS]);
  await order(scope, 'enable', ...UNITS);
  await order(scope, 'start', ...UNITS);
}

/** For good: the socket first, else the next hook would start the daemon again. */
export async function stopService(scope: Scope): Promise<void> {
  await order(scope, 'disable', ...UNITS);
  await order(scope, 'stop', SOCKET);
  await order(scope, 'stop', SERVICE);
}

/** A daemon that somebody started by hand would lose its socket to systemd, and go on behind it. */
async function assertNobodyElse(scope: Scope): Promise<void> {
  const { stdout } = await ask(scope, ['is-active', SOCKET]);
  if (stdout.trim() === 'active') return;
  if (await answers(scope.values.socket))
    throw new OrqError(
      'instance_running',
      `socket ${scope.values.socket}: an orq-daemon that systemd did not start listens on it`,
    );
}

async function place(path: string, bytes: Uint8Array): Promise<boolean> {
  return naming(path, async () => {
    const there = await readIfThere(path);
    if (there && sameBytes(there, bytes)) return false;
    await mkdir(join(path, '..'), { recursive: true });
    await replaceFile(path, { bytes, mode: 0o644 });
    return true;
  });
}

function lingers({ kind, values }: Scope): boolean | null {
  return kind === 'system' ? null : existsSync(`/var/lib/systemd/linger/${values.user}`);
}
