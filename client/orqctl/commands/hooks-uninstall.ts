import { Command } from 'commander';
import { THIS_HOST } from '../../hooks/host.ts';
import { uninstallHooks, type UninstallReport } from '../../hooks/uninstall.ts';
import { listedFolders } from '../../rollout/worktree-list.ts';
import { uninstallAll } from '../../rollout/uninstall-all.ts';
import { addExamples } from '../examples.ts';
import { refuseForOthers } from '../service-scope.ts';
import { addTargets, chooseTargets, type TargetFlags } from '../hook-targets.ts';
import type { Terminal } from '../terminal.ts';
import { visible } from '../visible.ts';

const OUTCOMES: Readonly<Record<UninstallReport['outcome'], string>> = {
  restored: 'as it was before the install',
  changed: "orq's hooks taken out, the edits of others kept",
  removed: 'removed, orq had made it',
  unchanged: "holds none of orq's hooks",
  absent: 'does not exist',
  shared:
    'the hooks stay, for the worktrees that share the file; naming it with --settings takes them out for all',
};

export function hooksUninstall(terminal: Terminal): Command {
  const command = addTargets(new Command('uninstall'))
    .description("Take orq's hooks out of settings files. Only what orq wrote goes.")
    .action(async (folders: string[], flags: TargetFlags) => {
      const targets = chooseTargets(folders, flags);
      refuseForOthers(terminal);
      if (flags.list !== undefined) targets.push(...(await listedFolders(flags.list)));
      const uninstalled: UninstallReport[] = flags.all === true ? [...(await uninstallAll(THIS_HOST))] : [];
      for (const target of targets) uninstalled.push(await uninstallHooks(target));
      terminal.answer({ uninstalled }, () =>
        uninstalled.map(({ file, outcome }) => `${visible(file)}: ${OUTCOMES[outcome]}`).join('\n'),
      );
    });
  return addExamples(command, ['orqctl hooks uninstall', 'orqctl hooks uninstall --user']);
}
