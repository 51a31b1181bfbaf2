import { Argument, Command } from 'commander';
import { RESTART_MODES, type RestartMode } from '../../../src/protocol/restart.ts';
import { addExamples } from '../examples.ts';
import { given } from '../given.ts';
import type { Terminal } from '../terminal.ts';
import { parseDuration, wholeNumber } from '../values.ts';
import { visible } from '../visible.ts';

interface Flags {
  readonly project?: string;
  readonly all?: true;
  readonly limit?: number;
  readonly window?: number;
}

export function agentRestartPolicy({ connect, answer }: Terminal): Command {
  const command = new Command('restart-policy')
    .description(
      'Say whether agents that crash are started again. Without it the settings of the daemon hold.',
    )
    .addArgument(
      new Argument('<mode>', 'on, off, or default: as the settings say').choices([...RESTART_MODES]),
    )
    .argument('[agent]', 'agent id, or a current tmux address of one')
    .option('--project <name>', 'all agents that the project has now')
    .option('--all', 'all agents that are known now')
    .option(
      '--limit <n>',
      'at most this many restarts in the window; then it is held',
      wholeNumber(0, 10_000),
    )
    .option('--window <duration>', 'window of the limit', parseDuration)
    .action(async (mode: RestartMode, agent: string | undefined, flags: Flags) => {
      const { project, all, limit, window } = flags;
      const choice = given({ agent, project, all, limit, windowMs: window });
      const reply = await connect().agentRestartPolicy({ ...choice, mode });
      answer(reply, () =>
        reply.agents.length === 0
          ? 'no agents are known yet'
          : reply.agents.map(({ id }) => `${visible(id)}: ${SAID[mode]}`).join('\n'),
      );
    });
  return addExamples(command, [
    'orqctl agent restart-policy on work:1 --limit 10 --window 1h',
    'orqctl agent restart-policy off --all',
  ]);
}

const SAID: Readonly<Record<RestartMode, string>> = {
  on: 'started again when it crashes',
  off: 'left as it is when it crashes',
  default: 'as the settings of the daemon say',
};
