/** Processes as /proc shows them: who a pid is, whether it still lives, and which ancestor of a hook is the client. */
import { readFileSync } from 'node:fs';
import type { ProcessId } from '../src/protocol/agent.ts';

/** A shell between client and hook is never the client. */
const SHELLS = new Set(['sh', 'bash', 'dash', 'zsh', 'ash', 'ksh', 'fish', 'busybox']);

/** Generations looked at above a hook. */
const MAX_DEPTH = 8;

/** Generations between a client and its pane: shells, wrappers, terminals within terminals. */
const MAX_ANCESTRY = 64;

interface Stat {
  readonly comm: string;
  readonly parent: number;
  readonly group: number;
  /** The process group that reads from its terminal now; -1 without one. */
  readonly foregroundGroup: number;
  readonly startTicks: string;
  readonly isZombie: boolean;
}

export interface ProcessTable {
  /** Of this boot of the machine; every `start` begins with it. */
  readonly bootId: string;
  /** The process of this pid now, or null where there is none. */
  identify(pid: number): ProcessId | null;
  isAlive(process: ProcessId): boolean;
  /** Whether any process has this pid: a twentieth of the cost, and true of a zombie and of a later process too. */
  hasPid(pid: number): boolean;
  /** Where a process is, seen from the process that a pane started: it reads the pane's keys, or it does not. */
  placeOf(process: ProcessId, panePid: number): 'here' | 'background' | 'elsewhere' | 'gone';
  /** The client that runs the hook whose parent is `parentPid`; `claimed` is the client's own word for its pid. */
  clientOf(parentPid: number, claimed: number | null): ProcessId | null;
}

export function openProcessTable(proc = '/proc'): ProcessTable {
  const bootId = readText(`${proc}/sys/kernel/random/boot_id`)?.trim() ?? 'unknown-boot';

  function stat(pid: number): Stat | null {
    const text = readText(`${proc}/${pid}/stat`);
    if (text === null) return null;
    // proc(5): the name stands in parentheses and may hold any character, so the fields after it are counted from the last one.
    const end = text.lastIndexOf(')');
    const fields = text.slice(end + 2).split(' ');
    const [state, parent, group, , , foregroundGroup] = fields;
    const startTicks = fields[19];
    if (state === undefined || parent === undefined || startTicks === undefined) return null;
    return {
      comm: text.slice(text.indexOf('(') + 1, end),
      parent: Number(parent),
      group: Number(group),
      foregroundGroup: Number(foregroundGroup),
      startTicks,
      isZombie: state === 'Z' || state === 'X',
    };
  }

  const processOf = (pid: number, { startTicks }: Stat): ProcessId => ({
    pid,
    start: `${bootId}:${startTicks}`,
  });

  function identify(pid: number): ProcessId | null {
    const found = stat(pid);
    return found && !found.isZombie ? processOf(pid, found) : null;
  }

  function isBelow(pid: number, ancestor: number): boolean {
    for (let at = pid, depth = 0; at > 1 && depth < MAX_ANCESTRY; depth += 1) {
      if (at === ancestor) return true;
      at = stat(at)?.parent ?? 0;
    }
    return false;
  }

  return {
    bootId,
    identify,
    hasPid,
    isAlive: ({ pid, start }) => identify(pid)?.start === start,
    placeOf: (process, panePid) => {
      const found = stat(process.pid);
      if (!found || found.isZombie || processOf(process.pid, found).start !== process.start) return 'gone';
      if (!isBelow(process.pid, panePid)) return 'elsewhere';
      return found.group === found.foregroundGroup ? 'here' : 'background';
    },
    clientOf: (parentPid, claimed) => {
      let outsideShells: ProcessId | null = null;
      for (let pid = parentPid, depth = 0; pid > 1 && depth < MAX_DEPTH; depth += 1) {
        const found = stat(pid);
        if (!found) break;
        const process = found.isZombie ? null : processOf(pid, found);
        if (pid === claimed) return process;
        if (!SHELLS.has(found.comm)) outsideShells ??= process;
        // Each look costs the hook some 15 microseconds: without a claim the nearest one decides.
        if (claimed === null && outsideShells) return outsideShells;
        pid = found.parent;
      }
      return outsideShells;
    },
  };
}

function hasPid(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
