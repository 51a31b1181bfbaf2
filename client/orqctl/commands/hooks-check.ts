import { resolve } from 'node:path';
import { Command } from 'commander';
import { ERRORS } from '../../../src/protocol/errors.ts';
import { checkHooks, type CheckReport } from '../../hooks/check.ts';
import { addExamples } from '../examples.ts';
import { addSources, checkFleet } from '../fleet.ts';
import { addTargets, chooseTargets, isFleet, type TargetFlags } from '../hook-targets.ts';
import type { Terminal } from '../terminal.ts';
import { visible } from '../visible.ts';

export function hooksCheck(terminal: Terminal): Command {
  const command = addSources(addTargets(new Command('check')))
    .description("Tell how orq's hooks stand in settings files; exit 4 where something is wrong.")
    .action(async (folders: string[], flags: TargetFlags) => {
      const targets = chooseTargets(folders, flags);
      if (isFleet(flags)) return checkFleet(terminal, flags);
      const expected = { socket: resolve(terminal.socket()) };
      const checks: CheckReport[] = [];
      for (const target of targets) checks.push(await checkHooks(target, expected));
      const ok = checks.every((check) => check.ok);
      if (!ok) terminal.exit = ERRORS.wrong_state.exit;
      terminal.answer({ ok, checks }, () => checks.map(checkText).join('\n'));
    });
  return addExamples(command, [
    'orqctl hooks check',
    'orqctl hooks check --user --json',
    'orqctl hooks check --all',
  ]);
}

function checkText({ file, findings }: CheckReport): string {
  if (findings.length === 0) return `${visible(file)}: hooks are in place`;
  return findings.map(({ message, remedy }) => `${visible(message)}; ${visible(remedy)}`).join('\n');
}
