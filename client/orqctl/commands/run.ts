import { basename, join, resolve } from 'node:path';
import { Command } from 'commander';
import { installHooks } from '../../hooks/install.ts';
import { addExamples } from '../examples.ts';
import { given } from '../given.ts';
import type { Terminal } from '../terminal.ts';
import { visible } from '../visible.ts';

interface Flags {
  readonly agent?: string;
  readonly tmux?: string;
  readonly session?: string;
  readonly hooks: boolean;
}

export function run({ connect, answer, env, socket }: Terminal): Command {
  const command = new Command('run')
    .description('Start a new agent in a tmux window, with its hooks in the settings of this folder.')
    .argument('<command...>', 'the client and its words, behind --')
    .option('--agent <id>', 'id of the agent (default: the name of this folder)')
    .option('--tmux <socket>', "socket of the tmux server (default: this pane's, else the user's)")
    .option('--session <name>', "tmux session of the window (default: this pane's, else orq)")
    .option('--no-hooks', 'leave the settings of this folder as they are')
    .action(async (argv: string[], { agent = basename(process.cwd()), tmux, session, hooks }: Flags) => {
      const folder = process.cwd();
      if (hooks) await installHooks({ kind: 'folder', folder }, { socket: resolve(socket()) });
      const [own] = env['TMUX']?.split(',') ?? [];
      const reply = await connect().agentRun({
        agent,
        argv,
        folder,
        environment: plain(env),
        tmuxSocket: tmux ?? own ?? defaultSocket(env),
        ...given({ pane: tmux === undefined ? env['TMUX_PANE'] : undefined, tmuxSession: session }),
      });
      answer(reply, () => `${visible(reply.agent)} starts; orqctl restarts shows how it goes`);
    });
  return addExamples(command, [
    'orqctl run --no-hooks -- claude',
    'orqctl run --no-hooks --agent api -- claude --model opus',
  ]);
}

/** The daemon keeps of it what is on its allow-list. */
function plain(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
}

function defaultSocket(env: NodeJS.ProcessEnv): string {
  return join(env['TMUX_TMPDIR'] || '/tmp', `tmux-${process.getuid?.() ?? 0}`, 'default');
}
