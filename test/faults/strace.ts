/** strace in front of an unmodified daemon: to make its system calls on the database fail, or to record them. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { RECORDED } from './trace.ts';

/** Why there is none here, or false. */
export const STRACE_MISSING: string | false = ((): string | false => {
  const { error, status, stderr } = spawnSync('strace', ['-qq', '-o', '/dev/null', 'true'], {
    encoding: 'utf8',
  });
  if (error) return 'there is no strace here';
  return status === 0 ? false : `strace may not trace here: ${stderr.trim()}`;
})();

/** The system calls through which SQLite reaches a file. */
export type Syscall = 'openat' | 'pwrite64' | 'fsync' | 'fdatasync' | 'ftruncate';

export interface Fault {
  readonly syscall: Syscall;
  readonly error: 'EIO' | 'ENOSPC';
  /** The how manieth call on the database's files fails, from 1. */
  readonly when: number;
  /** And every one after it. */
  readonly forEver: boolean;
}

const BASE = ['strace', '-D', '-f', '-qq'];

function filesIn(stateDir: string): string[] {
  return ['orq.db', 'orq.db-wal'].flatMap((name) => ['-P', join(stateDir, name)]);
}

/** In front of the daemon; a fault that fired stands in `log` as INJECTED. */
export function injecting(fault: Fault, stateDir: string, log: string): string[] {
  const { syscall, error, when, forEver } = fault;
  const inject = `inject=${syscall}:error=${error}:when=${when}${forEver ? '+' : ''}`;
  return [...BASE, '-o', log, '-e', `trace=${syscall}`, '-e', inject, ...filesIn(stateDir)];
}

export function nameOf({ syscall, error, when, forEver }: Fault): string {
  return `${error} at ${syscall} ${when}${forEver ? ' and for ever' : ''}`;
}

/** In front of the daemon: writes every call that changes a file, and every answer, to `log`. */
export function recording(log: string): string[] {
  return [...BASE, '--seccomp-bpf', '-o', log, '-e', `trace=${RECORDED}`, '-xx', '-s', '1000000'];
}
