/**
 * Loaded into a daemon before its own program (`NODE_OPTIONS=--import`): writes down each time its event loop stood still, and what the thread did
 * meanwhile by the kernel's books. On the core it was the daemon's own work; waiting for a core is other programs' doing; the rest waited for the disk.
 */
import { appendFileSync, readFileSync } from 'node:fs';

export interface Block {
  /** Epoch milliseconds. */
  readonly endedAtMs: number;
  readonly ms: number;
  readonly onCoreMs: number;
  /** Ready to run, but no core was free. */
  readonly queuedMs: number;
}

export const LOOP_FILE = 'LOOP_WATCH_FILE';

/** How often it looks, and from what length on a block is written down; milliseconds. */
const LOOK_MS = 2;
const LEAST_MS = 5;

/** Read where the kernel keeps no such books: nothing is known of the core. */
const NO_BOOKS = '0 0';

function readBooks(): string {
  try {
    return readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8');
  } catch {
    return NO_BOOKS;
  }
}

function threadBooks(): { readonly onCoreMs: number; readonly queuedMs: number } {
  const [onCoreNs = 0, queuedNs = 0] = readBooks().split(' ').map(Number);
  return { onCoreMs: onCoreNs / 1e6, queuedMs: queuedNs / 1e6 };
}

function watchLoop(file: string): void {
  let last = { atMs: performance.now(), ...threadBooks() };
  setInterval(() => {
    const now = { atMs: performance.now(), ...threadBooks() };
    const ms = now.atMs - last.atMs - LOOK_MS;
    if (ms >= LEAST_MS) {
      const block: Block = {
        endedAtMs: performance.timeOrigin + now.atMs,
        ms,
        onCoreMs: now.onCoreMs - last.onCoreMs,
        queuedMs: now.queuedMs - last.queuedMs,
      };
      appendFileSync(file, `${JSON.stringify(block)}\n`);
    }
    last = now;
  }, LOOK_MS).unref();
}

const file = process.env[LOOP_FILE];
// Processes that the daemon starts are not watched.
delete process.env['NODE_OPTIONS'];
if (file !== undefined) watchLoop(file);
