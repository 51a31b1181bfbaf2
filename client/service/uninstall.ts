/** Stops what orq's units name, for good, and removes them; the state stays. */
import { existsSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { missedNote, spoolNote } from '../../src/protocol/places.ts';
import { naming } from '../hooks/file-error.ts';
import { assertSystemd, stopService } from './install.ts';
import type { Scope } from './scope.ts';
import { ask, order } from './systemctl.ts';
import { FILES } from './unit-files.ts';

export interface ServiceUninstalled {
  readonly scope: Scope['kind'];
  readonly removed: readonly string[];
}

/** Nothing to remove is no failure. @throws OrqError wrong_state, forbidden. */
export async function uninstallService(scope: Scope): Promise<ServiceUninstalled> {
  const there = FILES.map((name) => join(scope.folder, name)).filter((path) => existsSync(path));
  if (there.length > 0) {
    assertSystemd();
    await stopService(scope);
    for (const path of there) await naming(path, () => rm(path));
    await order(scope, 'daemon-reload');
    await ask(scope, ['reset-failed', ...FILES]);
  }
  if (scope.kind === 'system') await removeRuntimeFolder(scope.values.socket);
  return { scope: scope.kind, removed: there };
}

/** The machine's socket has a folder of its own, which nobody needs without the service. */
async function removeRuntimeFolder(socket: string): Promise<void> {
  for (const note of [spoolNote(socket), missedNote(socket)])
    await rm(note, { force: true }).catch(() => undefined);
  await rmdir(dirname(socket)).catch(() => undefined);
}
