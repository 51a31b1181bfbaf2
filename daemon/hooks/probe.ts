/** `orq-hook probe`: for whom an event from there would speak. It is no event: nothing is stored, nobody is bound, and no mail is handed out. */
import type { Services } from '../services.ts';
import type { HookRequest } from './hook-request.ts';

export interface Probed {
  readonly agent: string | null;
  /** What says so: the mark of the pane, or the name that the hook was given. */
  readonly by: 'pane' | 'name' | null;
  readonly pane: 'there' | 'none' | 'undecided';
}

export async function probe({ tmux }: Pick<Services, 'tmux'>, hook: HookRequest): Promise<Probed> {
  const { tmuxSocket, pane, agent } = hook;
  const found = tmuxSocket !== null && pane !== null ? await tmux.find(tmuxSocket, pane) : 'none';
  const mark = typeof found === 'string' ? null : found.mark;
  return {
    agent: mark ?? agent,
    by: mark !== null ? 'pane' : agent !== null ? 'name' : null,
    pane: typeof found === 'string' ? found : 'there',
  };
}
