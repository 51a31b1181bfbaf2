import { Command } from 'commander';
import { uninstallHooks, type UninstallReport } from '../../hooks/uninstall.ts';
import { addExamples } from '../examples.ts';
import { addTargets, chooseTargets, type TargetFlags } from '../hook-targets.ts';
import type { Terminal } from '../terminal.ts';
import { visible } from '../visible.ts';

const OUTCOMES: Readonly<Record<UninstallReport['outcome'], string>> = {
  restored: 'as it was before the install',
  changed: "orq's hooks taken out, the edits of others kept",
  removed: 'removed, orq had made it',
  unchanged: "holds none of orq's hooks",
  absent: 'does not exist',
};

export function hooksUninstall({ answer }: Terminal): Command {
  const command = addTargets(new Command('uninstall'))
    .description("Take orq's hooks out of settings files. Only what orq wrote goes.")
    .action(async (folders: string[], flags: TargetFlags) => {
      const uninstalled: UninstallReport[] = [];
      for (const target of chooseTargets(folders, flags)) uninstalled.push(await uninstallHooks(target));
      answer({ uninstalled }, () =>
        uninstalled.map(({ file, outcome }) => `${visible(file)}: ${OUTCOMES[outcome]}`).join('\n'),
      );
    });
  return addExamples(command, ['orqctl hooks uninstall', 'orqctl hooks uninstall --user']);
}
