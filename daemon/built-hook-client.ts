/** Which hook client this build has. */
import { closeSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { OrqError } from '../src/protocol/errors.ts';
import { hookClientKind, type HookClientKind } from '../src/protocol/hook-client.ts';

export function builtHookClient(packageFolder: string): HookClientKind {
  const head = new Uint8Array(4);
  try {
    const file = openSync(resolve(packageFolder, 'dist/client/hook/orq-hook'), 'r');
    readSync(file, head);
    closeSync(file);
  } catch (error) {
    throw new OrqError('internal', 'the hook client is missing from this build', { cause: error });
  }
  return hookClientKind(head);
}
