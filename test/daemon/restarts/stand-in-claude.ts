/**
 * Stands in for Claude Code in a pane: says SessionStart, has a turn whenever its waiter is rung, and ends when it is killed. Files in its folder change
 * what it does: `crash` ends it after its first hook, `no-resume` before that where it is to resume, `mute` keeps it from saying anything, `stuck` has no end
 * of its next turn, in which it draws nothing but with `drawing`.
 */
import { appendFileSync, existsSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { openHookCaller } from '../hooks/hook-caller.ts';

const { ORQ_SOCKET = '', TMUX = '', TMUX_PANE = '' } = process.env;
const words = process.argv.slice(2);
const at = words.indexOf('--resume');
const resumed = at < 0 ? undefined : words[at + 1];
const session = resumed ?? randomUUID();

export interface Life {
  readonly pid: number;
  readonly words: readonly string[];
  readonly session: string;
  readonly pane: string;
  readonly names: readonly string[];
  readonly path: string;
}

const life: Life = {
  pid: process.pid,
  words,
  session,
  pane: TMUX_PANE,
  names: Object.keys(process.env),
  path: process.env['PATH'] ?? '',
};
appendFileSync('lives', `${JSON.stringify(life)}\n`);
if (resumed !== undefined && existsSync('no-resume')) process.exit(1);
if (existsSync('mute')) await new Promise((resolve) => setTimeout(resolve, 600_000));

const hooks = openHookCaller(ORQ_SOCKET, {
  session,
  pid: process.pid,
  headers: {
    'orq-claude-pid': String(process.pid),
    'orq-tmux': encodeURIComponent(TMUX.split(',')[0] ?? ''),
    'orq-pane': encodeURIComponent(TMUX_PANE),
  },
});
const { context: told } = await hooks.say('SessionStart', {
  source: resumed === undefined ? 'startup' : 'resume',
});
appendFileSync('told', `${told.split('\n', 1)[0]}\n`);
appendFileSync('ready', `${process.pid}\n`);
if (existsSync('crash')) process.exit(1);
process.on('SIGHUP', () => void hooks.say('SessionEnd', { reason: 'other' }).finally(() => process.exit(0)));
process.on(
  'SIGTERM',
  () => void hooks.say('SessionEnd', { reason: 'other' }).finally(() => process.exit(143)),
);
process.on(
  'SIGINT',
  () => void hooks.say('SessionEnd', { reason: 'prompt_input_exit' }).finally(() => process.exit(0)),
);

for (let turn = 1; ; turn += 1) {
  // A daemon that is away is waited for, as orq-hook does.
  const rung = await hooks.wait().catch(() => new Promise<null>((resolve) => setTimeout(resolve, 50, null)));
  if (rung?.exit !== '2') continue;
  const prompt_id = `${process.pid}-${turn}`;
  try {
    const { context } = await hooks.say('UserPromptSubmit', { prompt_id, prompt: rung.body });
    if (existsSync('stuck')) {
      if (existsSync('drawing')) setInterval(() => process.stdout.write('.'), 200);
      await new Promise((resolve) => setTimeout(resolve, 600_000));
    }
    for (const [, text] of context.matchAll(/text-(\d+)/g)) appendFileSync('heard', `${text}\n`);
    await hooks.say('Stop', { prompt_id });
  } catch {
    continue;
  }
}
