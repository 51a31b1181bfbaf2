import { Command } from 'commander';
import { addExamples } from '../examples.ts';
import type { Terminal } from '../terminal.ts';
import { hooksCheck } from './hooks-check.ts';
import { hooksInstall } from './hooks-install.ts';
import { hooksUninstall } from './hooks-uninstall.ts';

export function hooks(terminal: Terminal): Command {
  const command = new Command('hooks')
    .description("Put orq's hooks into the settings of Claude Code, take them out, check them.")
    .addCommand(hooksInstall(terminal))
    .addCommand(hooksUninstall(terminal))
    .addCommand(hooksCheck(terminal));
  return addExamples(command, ['orqctl hooks install', 'orqctl hooks check', 'orqctl hooks uninstall']);
}
