import { resolve } from 'node:path';
import { Command } from 'commander';
import { OrqError } from '../../../src/protocol/errors.ts';
import { installHooks, type InstallReport } from '../../hooks/install.ts';
import { runningAgents, type RunningAgent } from '../../hooks/running-agents.ts';
import { addExamples } from '../examples.ts';
import { given } from '../given.ts';
import { addSources, rollOutFleet, type FleetFlags } from '../fleet.ts';
import { refuseForOthers } from '../service-scope.ts';
import { addTargets, chooseTargets, isFleet } from '../hook-targets.ts';
import type { Terminal } from '../terminal.ts';
import { parseDuration } from '../values.ts';
import { visible } from '../visible.ts';

interface Flags extends FleetFlags {
  readonly agent?: string;
}

export function hooksInstall(terminal: Terminal): Command {
  const { socket, answer, warn } = terminal;
  const command = addSources(addTargets(new Command('install')))
    .description("Put orq's hooks into settings files of Claude Code. Nothing else in them changes.")
    .option('--agent <id>', 'the agent of this folder; default: the name of its tmux window')
    .option('--allow-orqctl', 'let agents run orqctl send, reply and done without being asked')
    .option('--canary <agent>', 'with --all or --list: first this one, until it has proven a delivery')
    .option('--timeout <duration>', 'how long the canary may take', parseDuration, CANARY_MS)
    .option('--dry-run', 'with --all or --list: say what would be done')
    .action(async (folders: string[], flags: Flags) => {
      const targets = chooseTargets(folders, flags);
      refuseForOthers(terminal);
      if (isFleet(flags)) return rollOutFleet(terminal, flags);
      if (flags.canary !== undefined || flags.dryRun === true || flags.root !== undefined)
        throw new OrqError('bad_request', '--canary, --dry-run and --root: go with --all or --list');
      const options = {
        socket: resolve(socket()),
        ...given({ agent: flags.agent, allowOrqctl: flags.allowOrqctl }),
      };
      const installed: InstallReport[] = [];
      for (const target of targets) installed.push(await installHooks(target, options));
      const running = await agentsIn(folders, flags);
      for (const line of warnings(installed, running)) warn(line);
      answer({ installed, running }, () => installed.map(sentence).join('\n'));
    });
  return addExamples(command, [
    'orqctl hooks install',
    'orqctl hooks install . --agent builder --allow-orqctl',
    'orqctl hooks install --user',
    'orqctl hooks install --all --dry-run',
  ]);
}

/** Somebody has to give the canary a prompt. */
const CANARY_MS = 600_000;

async function agentsIn(folders: readonly string[], flags: Flags): Promise<RunningAgent[]> {
  const everywhere = flags.user === true || flags.settings !== undefined;
  const places = everywhere ? [undefined] : folders.length > 0 ? folders : ['.'];
  const found = await Promise.all(places.map((place) => runningAgents(place)));
  return [...new Map(found.flat().map((agent) => [agent.pid, agent])).values()];
}

function* warnings(installed: readonly InstallReport[], running: readonly RunningAgent[]): Generator<string> {
  if (installed.some(({ client }) => !client.native)) {
    yield 'the hook client runs on Node, 50 ms more per hook; with a C compiler, npm run build makes the native one';
  }
  if (running.length > 0) {
    const who = running.map(({ pid, pane }) => (pane === null ? String(pid) : `${pid} (${pane})`));
    yield `already running, can be woken after their next prompt or answer: ${who.join(', ')}`;
  }
}

function sentence({ file, outcome, socket }: InstallReport): string {
  const done = { created: 'made, with the hooks', changed: 'hooks written', unchanged: 'hooks were there' };
  return `${visible(file)}: ${done[outcome]}, for ${visible(socket)}`;
}
