/** Processes of the old system that still work: some write to its database, others wait to type. */
import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

export interface OldProcess {
  readonly pid: number;
  readonly program: string;
  /** `writer`: hands out or writes messages; `timer`: types one when its sleep is over. */
  readonly kind: 'writer' | 'timer';
}

/** The programs that wrote to the queue; the names alone may be anybody's. */
const WRITERS = /^(?:check_queue(?:_enhanced)?|scheduler|cleanup_agent|auto_restart)\.py$/;
const TIMER = /\bsleep \d+\b.*\bsend-(?:claude|monitored|direct)-message\.sh\b/s;
const PYTHON = /^python[\d.]*$/;

/** As far as this user may look. `root`: the folder of the old checkout, whose programs are meant. */
export async function oldProcesses(root: string, procFolder = '/proc'): Promise<readonly OldProcess[]> {
  const names = await readdir(procFolder);
  const pids = names.filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found = await Promise.all(pids.map((pid) => oldProcess(join(procFolder, pid), resolve(root))));
  return found.flat().toSorted((one, other) => one.pid - other.pid);
}

async function oldProcess(entry: string, root: string): Promise<readonly OldProcess[]> {
  const line = await readFile(join(entry, 'cmdline'), 'utf8').catch(() => '');
  const [program = '', ...words] = line.split('\0');
  const pid = Number(basename(entry));
  const folder = await readlink(join(entry, 'cwd')).catch(() => '/');
  const timer = words.find((word) => TIMER.test(word));
  const isTheirTimer = timer?.includes(`${root}/`) === true || `${folder}/`.startsWith(`${root}/`);
  if (timer !== undefined && isTheirTimer) return [{ pid, program: timer, kind: 'timer' }];
  const script = PYTHON.test(basename(program)) ? words.find((word) => word.endsWith('.py')) : undefined;
  if (script === undefined || !WRITERS.test(basename(script))) return [];
  const path = resolve(folder, script);
  return path.startsWith(`${root}/`) ? [{ pid, program: path, kind: 'writer' }] : [];
}
