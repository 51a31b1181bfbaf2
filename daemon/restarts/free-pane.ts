/** Whether a pane may be given another program: what ran in it has ended, or it is a shell that runs nothing. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { PaneNow } from '../tmux/launch.ts';

const SHELLS = new Set(['sh', 'bash', 'dash', 'zsh', 'ash', 'ksh', 'fish', 'busybox']);

export function isFree({ isDead, panePid }: Pick<PaneNow, 'isDead' | 'panePid'>, proc = '/proc'): boolean {
  if (isDead) return true;
  const entry = `${proc}/${panePid}`;
  try {
    // tmux calls a pane dead once nobody holds its terminal any more: what a killed client has started may do so for a while.
    if (/\) [ZX] /.test(readFileSync(`${entry}/stat`, 'utf8'))) return true;
    if (!SHELLS.has(readFileSync(`${entry}/comm`, 'utf8').trim())) return false;
    return readdirSync(`${entry}/task`).every(
      (thread) => readFileSync(`${entry}/task/${thread}/children`, 'utf8').trim() === '',
    );
  } catch {
    return !existsSync(entry);
  }
}
