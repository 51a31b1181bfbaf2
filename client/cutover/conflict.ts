/** The drop-ins by which orq and the old monitor never run at once: whichever is started stops the other. */
import { existsSync } from 'node:fs';
import { mkdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { naming } from '../hooks/file-error.ts';
import { readIfThere, replaceFile } from '../hooks/replace-file.ts';
import type { Scope } from '../service/scope.ts';
import { order } from '../service/systemctl.ts';
import { SERVICE, UNITS } from '../service/unit-files.ts';
import type { OldUnit } from './old-unit.ts';

const FILE = '50-old-monitor.conf';

export interface DropIn {
  readonly path: string;
  readonly text: string;
}

/** Units of two managers cannot name each other: there the service stops the old unit by command. None where orq has no unit. */
export function conflictDropIns(
  scope: Pick<Scope, 'kind' | 'folder'>,
  units: readonly Pick<OldUnit, 'unit' | 'scope'>[],
): readonly DropIn[] {
  const near = units.filter((unit) => unit.scope === scope.kind).map(({ unit }) => unit);
  const far = units.filter((unit) => unit.scope !== scope.kind);
  return UNITS.filter((name) => existsSync(join(scope.folder, name))).flatMap((name) => {
    const isService = name === SERVICE;
    const lines = [
      ...(near.length > 0 ? ['[Unit]', `Conflicts=${near.join(' ')}`, `After=${near.join(' ')}`] : []),
      ...(isService && far.length > 0 ? ['[Service]'] : []),
      ...(isService
        ? far.map((unit) => `ExecStartPre=-systemctl --${unit.scope} --no-ask-password stop ${unit.unit}`)
        : []),
    ];
    if (lines.length === 0) return [];
    const text = ['# Written by orqctl cutover, removed by orqctl rollback.', ...lines, ''].join('\n');
    return [{ path: join(scope.folder, `${name}.d`, FILE), text }];
  });
}

/** Those that do not stand there word for word. */
export async function missingDropIns(
  scope: Pick<Scope, 'kind' | 'folder'>,
  units: readonly OldUnit[],
): Promise<readonly DropIn[]> {
  const missing: DropIn[] = [];
  for (const dropIn of conflictDropIns(scope, units)) {
    const there = await naming(dropIn.path, () => readIfThere(dropIn.path));
    if (!there || new TextDecoder().decode(there) !== dropIn.text) missing.push(dropIn);
  }
  return missing;
}

/** Paths of those that stand there, whoever wrote them. */
export function standingDropIns({ folder }: Pick<Scope, 'folder'>): readonly string[] {
  return UNITS.map((name) => join(folder, `${name}.d`, FILE)).filter((path) => existsSync(path));
}

export async function writeDropIns(scope: Scope, dropIns: readonly DropIn[]): Promise<void> {
  for (const { path, text } of dropIns)
    await naming(path, async () => {
      await mkdir(dirname(path), { recursive: true });
      await replaceFile(path, { bytes: new TextEncoder().encode(text), mode: 0o644 });
    });
  if (dropIns.length > 0) await order(scope, 'daemon-reload');
}

export async function removeDropIns(scope: Pick<Scope, 'kind'>, paths: readonly string[]): Promise<void> {
  for (const path of paths)
    await naming(path, async () => {
      await rm(path, { force: true });
      await rmdir(dirname(path)).catch(() => undefined);
    });
  if (paths.length > 0) await order(scope, 'daemon-reload');
}
