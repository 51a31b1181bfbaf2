/** The hook client under its stable path. */
import { constants } from 'node:fs';
import { access, chmod, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OrqError } from '../../src/protocol/errors.ts';
import { hookClientKind } from '../../src/protocol/hook-client.ts';
import { naming } from './file-error.ts';
import { hookClientPath, THIS_HOST, type Host } from './host.ts';
import { readIfThere, replaceFile, sameBytes } from './replace-file.ts';

export interface PlacedClient {
  readonly path: string;
  /** false: the Node twin, which costs tens of milliseconds per hook. */
  readonly native: boolean;
  /** false: the bytes were already there, nothing was written. */
  readonly replaced: boolean;
}

export interface ClientState {
  readonly path: string;
  readonly exists: boolean;
  readonly executable: boolean;
  readonly native: boolean;
  /** The same bytes as the client that this package would place. */
  readonly current: boolean;
}

const AS_MODULE = new TextEncoder().encode('{ "type": "module" }\n');

/**
 * Copies the built hook client to its stable path, by rename: waiters may be running the old one.
 * @throws OrqError `not_found` where the package is not built, `forbidden` or `storage_full` from the file system.
 */
export async function placeHookClient(host: Host = THIS_HOST): Promise<PlacedClient> {
  const path = hookClientPath(host);
  return naming(`hook client ${path}`, async () => {
    const built = await builtBytes(host);
    const bin = dirname(path);
    for (const folder of [dirname(bin), bin]) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await chmod(folder, 0o700);
    }
    const there = await readIfThere(path);
    const replaced = !there || !sameBytes(there, built);
    if (replaced) await replaceFile(path, { bytes: built, mode: 0o755, forceMode: true });
    else await chmod(path, 0o755);
    // The nearest package.json decides how Node reads the twin, and a user's may lie above.
    if (!isNative(built)) await replaceFile(join(bin, 'package.json'), { bytes: AS_MODULE, mode: 0o644 });
    return { path, native: isNative(built), replaced };
  });
}

/** Looks at a hook client without changing it. */
export async function inspectHookClient(path: string, host: Host = THIS_HOST): Promise<ClientState> {
  const [there, built] = await Promise.all([quietly(path), quietly(host.builtClient)]);
  return {
    path,
    exists: there !== undefined,
    executable: there !== undefined && (await isExecutable(path)),
    native: there !== undefined && isNative(there),
    current: there !== undefined && built !== undefined && sameBytes(there, built),
  };
}

async function builtBytes({ builtClient }: Host): Promise<Uint8Array> {
  const built = await readIfThere(builtClient);
  if (built) return built;
  throw new OrqError(
    'not_found',
    `built hook client ${builtClient}: does not exist, the package is not built`,
  );
}

function quietly(path: string): Promise<Uint8Array | undefined> {
  return readIfThere(path).catch(() => undefined);
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function isNative(bytes: Uint8Array): boolean {
  return hookClientKind(bytes) === 'native';
}
