/**
 * Step 2: one writer per pane: in this process by a queue, on this machine by a file that other tools can honour.
 * The file `panes/HASH-%N.lock` of the state directory, HASH the first 16 hex digits of the SHA-256 of the socket's path, holds `PID START`;
 * it is written under another name and linked to its own, so that nobody sees it without its words. A file whose process is gone is nobody's.
 */
import { createHash } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessTable } from '../process-table.ts';
import type { PaneKey } from './arbiter.ts';

const LOOK_EVERY_MS = 50;

export interface PaneLocks {
  /** Null where another writer keeps the pane for longer than `patienceMs`. */
  take(target: PaneKey, patienceMs: number): Promise<AsyncDisposable | null>;
}

interface Parts {
  readonly stateDir: string;
  readonly processes: Pick<ProcessTable, 'identify' | 'isAlive'>;
  readonly pause: (ms: number) => Promise<void>;
  readonly newNonce: () => string;
}

export function openPaneLocks({ stateDir, processes, pause, newNonce }: Parts): PaneLocks {
  const folder = join(stateDir, 'panes');
  const held = new Set<string>();
  const self = processes.identify(process.pid);
  const words = `${process.pid} ${self?.start ?? ''}\n`;

  async function takeFile(path: string): Promise<boolean> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const written = `${path}.${newNonce()}`;
    try {
      await writeFile(written, words, { flag: 'wx', mode: 0o600 });
      await link(written, path);
      return true;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    } finally {
      await rm(written, { force: true });
    }
    if (isHeld(await readFile(path, 'utf8').catch(() => ''))) return false;
    // Moved away first: of two who find it abandoned one moves it, and a lock that came meanwhile goes back.
    const aside = `${path}.${newNonce()}`;
    await rename(path, aside).catch(() => undefined);
    if (isHeld(await readFile(aside, 'utf8').catch(() => ''))) await rename(aside, path);
    else await rm(aside, { force: true });
    return false;
  }

  function isHeld(content: string): boolean {
    const [pid = '', start = ''] = content.trim().split(' ');
    return /^\d+$/.test(pid) && processes.isAlive({ pid: Number(pid), start });
  }

  return {
    take: async ({ socket, pane }, patienceMs) => {
      const hash = createHash('sha256').update(socket).digest('hex').slice(0, 16);
      const path = join(folder, `${hash}-${pane}.lock`);
      for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
        if (!held.has(path)) {
          held.add(path);
          const taken = await takeFile(path).catch((error: unknown) => {
            held.delete(path);
            throw error;
          });
          if (taken)
            return {
              [Symbol.asyncDispose]: async () => {
                await rm(path, { force: true });
                held.delete(path);
              },
            };
          held.delete(path);
        }
        if (waitedMs >= patienceMs) return null;
        await pause(LOOK_EVERY_MS);
      }
    },
  };
}
